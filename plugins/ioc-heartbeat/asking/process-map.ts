/** Reads the process map of a sender's host, line by line, until its end or until the sender does not answer. */
import type { ProcessSeen } from "pvmon";
import type { Counters } from "../counters.js";
import type { Sender } from "../senders.js";
import { ProcessLines } from "./process-lines.js";
import { decodeMapLine, NETSTAT } from "./protocol.js";
import { FIRST_TRIES, type Requester } from "./requester.js";

/** The line after the last. */
const END = "__NONE__";
/** A map begun anew more often than this belongs to something that does not stay up for long enough. */
const MAX_BEGINNINGS = 3;

export interface ProcessMap {
  readonly processes: readonly ProcessSeen[];
  /** Whether it was read to its end. */
  readonly isWhole: boolean;
  /** Whether the sender could see the processes of all users, besides. */
  readonly showsAll: boolean;
}

/** Undefined when not one reply came. Rejects with the signal's reason. */
export async function readProcessMap(
  requester: Requester,
  sender: Sender,
  { maxLines, counters }: { readonly maxLines: number; readonly counters: Counters },
  signal: AbortSignal,
): Promise<ProcessMap | undefined> {
  let lines = new ProcessLines();
  let beginnings = 1;
  let build: string | undefined;
  let hasAnswered = false;
  for (let offset = 0; offset < maxLines; offset++) {
    const first = hasAnswered ? {} : { maxTries: FIRST_TRIES };
    const question = { command: NETSTAT, offset, decode: decodeMapLine, ...first };
    const reply = await requester.ask(sender, question, signal);
    if (reply === "silent") break;
    if (reply === "restarted") {
      if (beginnings === MAX_BEGINNINGS) break;
      beginnings += 1;
      lines = new ProcessLines();
      offset = -1;
      continue;
    }
    // Somebody else has asked for the first line, which makes the sender look again: lines of two makings do not belong
    // together. Whoever asked last goes on; to begin anew at once would take the map from under them in turn.
    if (offset > 0 && reply.build !== build) break;
    hasAnswered = true;
    build = reply.build;
    counters.lines.add();
    if (reply.line === END) {
      return {
        processes: lines.processes(),
        isWhole: true,
        showsAll: lines.showsAllUsers(),
      };
    }
    if (reply.line !== null) lines.add(reply.line);
  }
  return hasAnswered
    ? { processes: lines.processes(), isWhole: false, showsAll: false }
    : undefined;
}
