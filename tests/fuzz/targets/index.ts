/** Every reader of what comes from outside, by the name of its folder in the corpus. */
import type { FuzzTarget } from "../target.js";
import { cursor, pvRecord, siteFile, spool, startupIndex } from "./files.js";
import { heartbeat, processMap, pvList } from "./heartbeats.js";
import { circuitMessages, datagramMessages, values } from "./messages.js";
import { capture, datagram, frame, repeater } from "./packets.js";

export const TARGETS: Readonly<Record<string, FuzzTarget>> = {
  "datagram-messages": datagramMessages,
  "circuit-messages": circuitMessages,
  values,
  datagram,
  repeater,
  frame,
  capture,
  heartbeat,
  "pv-list": pvList,
  "process-map": processMap,
  "site-file": siteFile,
  "startup-index": startupIndex,
  spool,
  "pv-record": pvRecord,
  cursor,
};
