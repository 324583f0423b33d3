/** Reads the process map of a sender's host, line by line, until its end or until the sender does not answer. */
import type { ProcessSeen } from "pvmon";
import type { Counters } from "../counters.js";
import type { Sender } from "../senders.js";
import { ProcessLines } from "./process-lines.js";
import { decodeMapLine, NETSTAT } from "./protocol.js";
import type { Requester } from "./requester.js";

/** The line after the last. */
const END = "__NONE__";
/** A map that somebody else has made anew so often while we read it is not tried further. */
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
    const question = { command: NETSTAT, offset, decode: decodeMapLine };
    const reply = await requester.ask(sender, question, signal);
    if (reply === "silent") break;
    // Asking for the first line makes the sender look again: lines of two makings do not belong together.
    if (reply === "restarted" || (offset > 0 && reply.build !== build)) {
      if (beginnings === MAX_BEGINNINGS) break;
      beginnings += 1;
      lines = new ProcessLines();
      offset = -1;
      continue;
    }
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
