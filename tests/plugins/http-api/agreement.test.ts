/** The schemas of answers against the views of the model: this file does not compile when two differ, in either direction. */
import assert from "node:assert/strict";
import type { Static, TSchema } from "@sinclair/typebox";
import type {
  AnomalyView,
  AppView,
  ChangeReport,
  ChannelInfo,
  ClientDetail,
  ClientItem,
  ConfigurationView,
  Counts,
  EventCounts,
  GroupView,
  HeartbeatView,
  HostHealth,
  HostOptions,
  HostView,
  IsoTimes,
  MetricSample,
  OutboxView,
  PluginHealth,
  PortHolder,
  PvItem,
  Rates,
  SensorView,
  ServerView,
  TrafficAnswer,
} from "pvmon";
import type { ErrorAnswer } from "../../../plugins/http-api/errors.js";
import type * as schemas from "../../../plugins/http-api/schemas/index.js";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
type Agrees<S extends TSchema, View> = Same<Static<S>, View>;

const agreements = [
  true satisfies Agrees<typeof schemas.pvItem, IsoTimes<PvItem>>,
  true satisfies Agrees<typeof schemas.pvDetail, schemas.PvDetailAnswer>,
  true satisfies Agrees<typeof schemas.channelInfo, IsoTimes<ChannelInfo>>,
  true satisfies Agrees<typeof schemas.anomaly, IsoTimes<AnomalyView>>,
  true satisfies Agrees<typeof schemas.server, IsoTimes<ServerView>>,
  true satisfies Agrees<typeof schemas.host, IsoTimes<HostView>>,
  true satisfies Agrees<typeof schemas.hostOptions, HostOptions>,
  true satisfies Agrees<typeof schemas.hostHealth, IsoTimes<HostHealth>>,
  true satisfies Agrees<typeof schemas.app, IsoTimes<AppView>>,
  true satisfies Agrees<typeof schemas.heartbeat, IsoTimes<HeartbeatView>>,
  true satisfies Agrees<typeof schemas.group, IsoTimes<GroupView>>,
  true satisfies Agrees<typeof schemas.portHolder, IsoTimes<PortHolder>>,
  true satisfies Agrees<typeof schemas.changeReport, IsoTimes<ChangeReport>>,
  true satisfies Agrees<typeof schemas.topEntry, schemas.TopAnswer>,
  true satisfies Agrees<typeof schemas.clientItem, IsoTimes<ClientItem>>,
  true satisfies Agrees<typeof schemas.clientDetail, IsoTimes<ClientDetail>>,
  true satisfies Agrees<typeof schemas.event, schemas.EventAnswer>,
  true satisfies Agrees<typeof schemas.eventCounts, IsoTimes<EventCounts>>,
  true satisfies Agrees<typeof schemas.traffic, IsoTimes<TrafficAnswer>>,
  true satisfies Agrees<typeof schemas.counts, IsoTimes<Counts>>,
  true satisfies Agrees<typeof schemas.rates, IsoTimes<Rates>>,
  true satisfies Agrees<typeof schemas.sensor, IsoTimes<SensorView>>,
  true satisfies Agrees<typeof schemas.pluginHealth, IsoTimes<PluginHealth>>,
  true satisfies Agrees<typeof schemas.outbox, IsoTimes<OutboxView>>,
  true satisfies Agrees<typeof schemas.metric, IsoTimes<MetricSample>>,
  true satisfies Agrees<typeof schemas.configuration, ConfigurationView>,
  true satisfies Agrees<typeof schemas.errorAnswer, ErrorAnswer>,
];

describe("the schemas of answers", () => {
  it("allow exactly what the model's views can hold", () => {
    assert.ok(agreements.every((agrees) => agrees));
  });
});
