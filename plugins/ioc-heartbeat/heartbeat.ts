/** One heartbeat: the bytes of a datagram in, checked fields or the reason why not out. Pure, and never throws. */
import type { HeartbeatSeen } from "pvmon";
import { type FlatObject, parseFlatObject } from "./flat-json.js";
import { decimal, MAX_UINT32, wholeNumber } from "./numbers.js";
import { cleanText, textOf } from "./text.js";

/** What a heartbeat says, without when and from where it came. */
export type Heartbeat = Omit<HeartbeatSeen, "type" | "at" | "source" | "port">;

export type HeartbeatError =
  | "too long"
  | "not JSON"
  | "bad version"
  | "bad sequence"
  | "bad server port"
  | "bad up time"
  | "bad host time"
  | "bad pid"
  | "bad text";

/** Senders have buffers of 1,024 (version 1.1) and 1,920 bytes (2.0) and send nothing longer. */
export const MAX_HEARTBEAT_BYTES = 2048;
const MAX_TEXT = 1024;
/** A hundred years. */
const MAX_UP_SECONDS = 3_155_760_000;
/** 9999-12-31, in seconds: clocks may be wrong, dates may not be unprintable. */
const MAX_HOST_TIME_SECONDS = 253_402_300_799;
const MAX_PID = 0x7fff_ffff;
/** What senders say for an argument that they were not given. */
const NOT_SAID = "Unknown";

/** The fields of a datagram, or why it is not counted as a heartbeat. */
export function decodeHeartbeat(bytes: Uint8Array): Heartbeat | HeartbeatError {
  if (bytes.length > MAX_HEARTBEAT_BYTES) return "too long";
  const fields = parseFlatObject(textOf(bytes));
  return fields === undefined ? "not JSON" : check(fields);
}

function check(fields: FlatObject): Heartbeat | HeartbeatError {
  const version = versionOf(fields.get("ver"));
  if (version === undefined) return "bad version";
  const sequence = wholeNumber(fields.get("seq"), 0, MAX_UINT32);
  if (sequence === undefined) return "bad sequence";
  const serverPort = wholeNumber(fields.get("sp"), 1, 65_535);
  if (serverPort === undefined) return "bad server port";
  const upSeconds = decimal(fields.get("up"), 0, MAX_UP_SECONDS);
  if (upSeconds === undefined) return "bad up time";
  const hostTime = decimal(fields.get("cur") ?? 0, 0, MAX_HOST_TIME_SECONDS);
  if (hostTime === undefined) return "bad host time";
  const pid = wholeNumber(fields.get("pid") ?? 0, 0, MAX_PID);
  if (pid === undefined) return "bad pid";
  const [image, command, directory] = ["img", "stcmd", "cwd"].map((key) => textIn(fields, key));
  if (image === undefined || command === undefined || directory === undefined) return "bad text";
  return {
    version,
    sequence,
    serverPort,
    servesCa: Number.parseInt(version, 10) < 3,
    upSeconds,
    // Zero is what a program says that has no clock, or no processes.
    hostTimeAt: hostTime === 0 ? null : Math.round(hostTime * 1000),
    pid: pid === 0 ? null : pid,
    image,
    command: command === NOT_SAID ? "" : command,
    directory,
  };
}

/** `2.0` out of "2.0" or the number 2. */
function versionOf(value: unknown): string | undefined {
  const text = typeof value === "number" ? value.toFixed(1) : value;
  return typeof text === "string" && /^\d{1,3}\.\d{1,3}$/.test(text) ? text : undefined;
}

/** A text that is not there is an empty one. */
function textIn(fields: FlatObject, key: string): string | undefined {
  const value = fields.get(key) ?? "";
  return typeof value === "string" ? cleanText(value, MAX_TEXT) : undefined;
}
