/** Every reader of what comes from outside, by the name of its folder in the corpus. */
import type { FuzzTarget } from "../target.js";
import { clientAnswers } from "./answers.js";
import { cursor, pvRecord, siteFile, spool, startupIndex } from "./files.js";
import { heartbeat, processMap, pvList } from "./heartbeats.js";
import { circuitMessages, datagramMessages, values } from "./messages.js";
import { capture, datagram, frame, repeater } from "./packets.js";
import { searchReply } from "./searches.js";

export const TARGETS: Readonly<Record<string, FuzzTarget>> = {
  "datagram-messages": datagramMessages,
  "circuit-messages": circuitMessages,
  values,
  "client-answers": clientAnswers,
  "search-reply": searchReply,
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
