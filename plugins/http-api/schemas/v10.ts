/** The answers of version 1.0, in the words that the clients of PV Monitor know. */
import { Type } from "@sinclair/typebox";
import { count, list, named, nullable, number, text } from "./parts.js";

const head = {
  version: Type.Literal("1.0"),
  status: Type.Literal("OK"),
  handle: Type.Optional(Type.Integer({ description: "As it was given." })),
};
const iocId = Type.Integer({
  minimum: 0,
  maximum: 0xffff_ffff,
  description: "The address of the host as a 32-bit number.",
});
const epochSeconds = Type.Number({ description: "Seconds since 1970." });

/** A heartbeat datagram's own fields; all numbers in it are strings. */
const rawHeartbeat = Type.Object({
  seq: text,
  sp: text,
  up: text,
  cur: nullable(text),
  pid: nullable(text),
  cwd: text,
  ver: text,
  img: text,
  stcmd: text,
});

export const heartbeatsV10 = named("HeartbeatsV10", {
  ...head,
  lost_flag: Type.Boolean(),
  raw_flag: Type.Boolean(),
  lost_count: Type.Integer({ minimum: 0, description: "How many of the answer are lost." }),
  result_count: count,
  heartbeats: list(
    Type.Object({
      heartbeat_port: Type.Integer({ minimum: 0, description: "UDP port it comes from." }),
      app_port: Type.Integer({ minimum: 0, description: "TCP port of its server." }),
      version: text,
      pvs: Type.Integer({ minimum: 0, description: "0 until its list was read." }),
      pid: nullable(count),
      image: text,
      command: text,
      directory: text,
      lost: Type.Boolean(),
      up_time: Type.Number({ description: "s, with the time since its latest heartbeat." }),
      last_time: epochSeconds,
      app_id: Type.String({ description: "As in /api/v1/apps." }),
      ioc_id: iocId,
      raw: Type.Optional(rawHeartbeat),
    }),
  ),
});

export const beaconsV10 = named("BeaconsV10", {
  ...head,
  beacons: list(
    Type.Unsafe<readonly [number, number, BeaconV10]>(
      Type.Array(
        Type.Union([
          count,
          Type.Object({
            t: Type.Number({ description: "Latest beacon, seconds since 1970." }),
            p: Type.Null({ description: "UDP port of its sender: not kept." }),
            seq: nullable(count),
            L: Type.Null({ description: "Never lost: those are left out." }),
            ival: nullable(number),
            t_start: nullable(epochSeconds),
            remap: Type.Boolean({ description: "Its process is still to be looked up." }),
            cmd: nullable(text),
            cwd: nullable(text),
            ai: nullable(text),
          }),
        ]),
        { minItems: 3, maxItems: 3, description: "ioc_id, TCP port, and what is known." },
      ),
    ),
  ),
});

export interface BeaconV10 {
  readonly t: number;
  readonly p: null;
  readonly seq: number | null;
  readonly L: null;
  readonly ival: number | null;
  readonly t_start: number | null;
  readonly remap: boolean;
  readonly cmd: string | null;
  readonly cwd: string | null;
  readonly ai: string | null;
}

export const errorV10 = named("ErrorV10", {
  api_version: Type.Literal("1.0"),
  status: Type.Literal("ERROR"),
  msg: text,
});
