/** Version 1.0 of the API: the two lists that programs read from PV Monitor, in its format. */
import { Type } from "@sinclair/typebox";
import {
  formatIpv4,
  type HeartbeatView,
  type InventoryService,
  parseEndpoint,
  parseIpv4,
  type ServerView,
} from "pvmon";
import { ipNameOrNumber } from "../formats.js";
import { requireHost } from "../host-lookup.js";
import { everyItem } from "../pages.js";
import { route } from "../route.js";
import * as answers from "../schemas/index.js";
import type { BeaconV10 } from "../schemas/v10.js";

const head = { version: "1.0", status: "OK" } as const;

const parameters = {
  host: Type.Optional(ipNameOrNumber("Only of this host: a 32-bit number, an address or a name.")),
  handle: Type.Optional(Type.Integer({ description: "Comes back in the answer." })),
};

/** `lost`, `lost=1` and `lost=true` set it; `lost=0` and `lost=false` do not. */
const flag = (description: string) =>
  Type.Optional(answers.words(["", "1", "true", "0", "false"], { description }));
const isSet = (text: string | undefined): boolean =>
  text !== undefined && text !== "0" && text !== "false";

export const v10Routes = [
  route({
    method: "GET",
    route: "/api/v1.0/heartbeats",
    summary: "Heartbeats, in the format of PV Monitor.",
    description:
      "For programs written for PV Monitor; new ones use /api/v1/heartbeats. Ids of applications are texts, and those of /api/v1/apps.",
    query: Type.Object({
      ...parameters,
      lost: flag("Set: only those that are lost."),
      raw: flag(
        "Set: with the fields of the latest datagram, put together again from what is kept.",
      ),
    }),
    answer: answers.heartbeatsV10,
    async handle({ query: { host, handle, lost, raw } }, { clock, scans, services }) {
      const { inventory } = services;
      const filters = {
        ...ofHost(inventory, host),
        ...(isSet(lost) && { lost: true }),
      };
      const found = await scans.run(() =>
        collect(everyItem((query) => inventory.listHeartbeats({ ...query, ...filters }))),
      );
      const now = clock.now();
      return {
        ...head,
        ...(handle !== undefined && { handle }),
        lost_flag: isSet(lost),
        raw_flag: isSet(raw),
        lost_count: found.filter((heartbeat) => heartbeat.lost).length,
        result_count: found.length,
        heartbeats: found.map((heartbeat) => ({
          ...heartbeatV10(heartbeat),
          ...(isSet(raw) && { raw: rawHeartbeat(heartbeat, now) }),
        })),
      };
    },
  }),
  route({
    method: "GET",
    route: "/api/v1.0/beacons",
    summary: "Servers that send beacons, in the format of PV Monitor.",
    description: "For programs written for PV Monitor; new ones use /api/v1/servers.",
    query: Type.Object(parameters),
    answer: answers.beaconsV10,
    async handle({ query: { host, handle } }, { scans, services: { inventory } }) {
      const filters = {
        ...ofHost(inventory, host),
        states: ["alive", "unresponsive"],
      };
      const found = await scans.run(() =>
        collect(everyItem((query) => inventory.listServers({ ...query, ...filters }))),
      );
      return {
        ...head,
        ...(handle !== undefined && { handle }),
        beacons: found.filter(({ lastBeaconAt }) => lastBeaconAt !== null).map(beaconV10),
      };
    },
  }),
];

/** Throws `notFound` for a host that is not known. */
function ofHost(inventory: InventoryService, host: string | undefined): { readonly host?: string } {
  if (host === undefined) return {};
  const text = /^\d+$/.test(host) ? formatIpv4(Number(host)) : host;
  return { host: requireHost(inventory, text).host };
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function heartbeatV10(heartbeat: HeartbeatView) {
  const { udpPort, port, version, pvs, pid, image, command, directory } = heartbeat;
  return {
    heartbeat_port: udpPort,
    app_port: port,
    version,
    pvs: pvs ?? 0,
    pid,
    image,
    command,
    directory,
    lost: heartbeat.lost,
    up_time: heartbeat.upSeconds,
    last_time: heartbeat.lastAt / 1000,
    app_id: heartbeat.app,
    ioc_id: parseIpv4(heartbeat.host) ?? 0,
  };
}

function rawHeartbeat(heartbeat: HeartbeatView, now: number) {
  const { sequence, port, pid, directory, version, image, command, lastAt } = heartbeat;
  const sinceSeconds = heartbeat.lost ? 0 : (now - lastAt) / 1000;
  const { clockOffsetSeconds } = heartbeat;
  return {
    seq: String(sequence),
    sp: String(port),
    up: String(Math.max(0, Math.round(heartbeat.upSeconds - sinceSeconds))),
    cur:
      clockOffsetSeconds === null ? null : String(Math.round(lastAt / 1000 + clockOffsetSeconds)),
    pid: pid === null ? null : String(pid),
    cwd: directory,
    ver: version,
    img: image,
    stcmd: command,
  };
}

function beaconV10(server: ServerView): [number, number, BeaconV10] {
  const { ip, port } = parseEndpoint(server.server) ?? { ip: 0, port: 0 };
  const { app, startedAt, sequence, periodMs } = server;
  const facts = {
    t: (server.lastBeaconAt ?? server.lastSeenAt) / 1000,
    p: null,
    seq: sequence,
    L: null,
    ival: periodMs,
    t_start: startedAt === null ? null : startedAt.at / 1000,
    remap: app === null || !app.confirmed,
    cmd: app?.command ?? null,
    cwd: app?.directory ?? null,
    ai: app?.id ?? null,
  };
  return [ip, port, facts];
}
