/** Heartbeats as they come in: whose they are, what became of their application, and which server it says it is. */
import { formatEndpoint, type Ipv4, keyEndpoint } from "../address.js";
import { AnnouncementBudget } from "../event-budget.js";
import type { HeartbeatSeen, PvListRead } from "../observation.js";
import * as events from "./app-events.js";
import { heartbeatInvocation, idOf } from "./app-identity.js";
import type { AppProcesses } from "./app-processes.js";
import {
  type AppRecord,
  createHeartbeatRecord,
  type HeartbeatRecord,
  heartbeatFacts,
} from "./app-record.js";
import type { AppRegistry } from "./app-registry.js";
import type { AppSink, AppSurroundings } from "./apps.js";
import { HeartbeatSilence } from "./heartbeat-silence.js";
import { beganAt, isSound } from "./heartbeat-track.js";

export class AppHeartbeats {
  readonly #silence: HeartbeatSilence;
  readonly #budget = new AnnouncementBudget();
  readonly #lostAfterHeartbeats: number;
  readonly #registry: AppRegistry;

  constructor(
    lostAfterHeartbeats: number,
    registry: AppRegistry,
    private readonly processes: AppProcesses,
    private readonly sink: AppSink,
    private readonly site: AppSurroundings,
  ) {
    this.#lostAfterHeartbeats = lostAfterHeartbeats;
    this.#registry = registry;
    this.#silence = new HeartbeatSilence(lostAfterHeartbeats);
  }

  heard(heartbeat: HeartbeatSeen): void {
    if (!isSound(heartbeat)) return;
    const { source, at, image, command, directory } = heartbeat;
    const { table } = this.#registry;
    const host = this.site.primaryOf(source);
    const invocation = heartbeatInvocation(image, command, directory);
    const id = idOf(host, invocation);
    const heard = table.find(id);
    if (heard !== undefined) this.#loseIfSilent(heard, at);
    const record = table.find(id) ?? this.#registry.admit(host, invocation, at);
    if (record === undefined) return;
    if (record.heartbeat === undefined) this.#begin(record, heartbeat);
    else this.#beat(record, record.heartbeat, heartbeat);
  }

  pvList(list: PvListRead): void {
    const host = this.site.primaryOf(list.source);
    const [record] = [...this.#registry.table.ofHost(host)]
      .filter(({ heartbeat }) => heartbeat?.facts.serverPort === list.serverPort)
      .sort((a, b) => b.heartbeat!.track.heardAt - a.heartbeat!.track.heardAt);
    if (record?.heartbeat === undefined) return;
    const { heartbeat } = record;
    const pvs = this.site.pvsListed(record.id, list, heartbeat.facts.servesCa);
    if (pvs === undefined) return;
    heartbeat.pvs = pvs;
    heartbeat.pvListAt = list.at;
    heartbeat.pvListComplete = list.complete;
    this.#registry.confirm(record);
  }

  tick(at: number, blind: boolean): void {
    const { table } = this.#registry;
    const silent = this.#silence.tick(at, blind, () => table.values());
    for (const record of silent) this.#loseIfSilent(record, at);
  }

  /** Those of a host: before something else looks at what beats. */
  loseSilent(host: Ipv4, at: number): void {
    for (const record of [...this.#registry.table.ofHost(host)]) this.#loseIfSilent(record, at);
  }

  /** After records came from a store. */
  restored(): void {
    this.#silence.restored();
  }

  #begin(record: AppRecord, heartbeat: HeartbeatSeen): void {
    record.heartbeat = createHeartbeatRecord(heartbeat);
    this.#unite(record, heartbeat);
    this.#heard(record, record.heartbeat, heartbeat);
  }

  /** A process that has begun to send heartbeats may be known from a process map already, as another application. */
  #unite(record: AppRecord, heartbeat: HeartbeatSeen): void {
    const known = this.processes.senderOf(heartbeat, record.host, beganAt(heartbeat));
    if (known !== undefined) this.#registry.merge(known, record, heartbeat.at);
  }

  #beat(record: AppRecord, known: HeartbeatRecord, heartbeat: HeartbeatSeen): void {
    const { at } = heartbeat;
    const { lostAt } = known;
    const verdict = known.track.observe(heartbeat, this.#lostAfterHeartbeats);
    if (verdict.kind === "late") return;
    this.#registry.confirm(record);
    if (verdict.kind !== "other") this.#say(record, known, heartbeat);
    if (verdict.kind === "restarted") {
      known.restarts++;
      known.announced = true;
      this.#unite(record, heartbeat);
      this.sink.lifeEvent(events.restarted(this.#beating(record, known), verdict), at);
    } else if (lostAt !== null) {
      this.sink.lifeEvent(events.returned(this.#beating(record, known), at, lostAt), at);
    }
    known.lostAt = null;
    if (verdict.kind === "other") this.#silence.heard(record);
    else this.#heard(record, known, heartbeat);
  }

  /** Takes what the heartbeat says of itself. */
  #say(record: AppRecord, known: HeartbeatRecord, heartbeat: HeartbeatSeen): void {
    const { servesCa, serverPort } = known.facts;
    known.facts = heartbeatFacts(heartbeat);
    const hasLeft = servesCa && serverPort !== heartbeat.serverPort;
    if (hasLeft) this.#registry.servers.left(record, serverPort, heartbeat.at);
  }

  #heard(record: AppRecord, known: HeartbeatRecord, heartbeat: HeartbeatSeen): void {
    const { at, servesCa, serverPort } = heartbeat;
    record.lastSeenAt = Math.max(record.lastSeenAt, at);
    if (record.confirmed) this.sink.dirty(record.id);
    if (!known.announced && this.#budget.take(at, record.confirmed)) {
      known.announced = true;
      this.sink.event(events.appeared(this.#beating(record, known)));
    }
    if (servesCa) this.#registry.servers.claim(record, serverPort, beganAt(heartbeat), at);
    this.#silence.heard(record);
  }

  #loseIfSilent(record: AppRecord, at: number): void {
    const { heartbeat } = record;
    const sureAt = this.#silence.sureAt(record);
    if (heartbeat === undefined || sureAt === undefined || sureAt >= at) return;
    if (!record.confirmed) {
      // One heartbeat and then nothing: forged, or the very end of an application.
      this.#registry.remove(record, at);
      return;
    }
    const lostAt = this.#silence.lostAt(record)!;
    const event = events.lost(this.#beating(record, heartbeat), lostAt, this.#lostAfterHeartbeats);
    this.sink.lifeEvent(event, sureAt);
    heartbeat.lostAt = Math.round(lostAt);
    this.sink.dirty(record.id);
  }

  #beating(app: AppRecord, heartbeat: HeartbeatRecord): events.BeatingApp {
    const { servesCa, serverPort } = heartbeat.facts;
    const [key] = servesCa ? this.#registry.servers.known(app.host, serverPort) : [];
    return {
      app,
      heartbeat,
      server: key === undefined ? undefined : formatEndpoint(keyEndpoint(key)),
    };
  }
}
