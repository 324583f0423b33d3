/** Reads the names of an application's PVs, ten in a reply, until it has said them all or does not answer. */
import type { PvListRead } from "pvmon";
import type { Counters } from "../counters.js";
import type { Sender } from "../senders.js";
import { decodeListPage, LIST_PVS } from "./protocol.js";
import { FIRST_TRIES, type Requester } from "./requester.js";

/** A list begun anew more often than this belongs to something that does not stay up for long enough. */
const MAX_BEGINNINGS = 3;
/** Records have up to 60 characters. */
const MAX_NAME = 128;
/** Latin-1 without control characters and blanks. */
const NAME = /^[!-~\xa1-\xff]+$/;

export interface PvList {
  readonly names: readonly string[];
  readonly complete: boolean;
}

/** Folded in a few ms each. */
const SLICE_NAMES = 2_000;

/** A long list in parts, as the inventory takes it. */
export function* slicesOf({
  names,
  complete,
}: PvList): Generator<Pick<PvListRead, "names" | "complete" | "part">> {
  if (names.length <= SLICE_NAMES) {
    yield { names, complete };
    return;
  }
  for (let offset = 0; offset < names.length; offset += SLICE_NAMES) {
    const slice = names.slice(offset, offset + SLICE_NAMES);
    yield { names: slice, complete, part: { offset, of: names.length } };
  }
}

/** Undefined when not one reply came. Rejects with the signal's reason. */
export async function readPvList(
  requester: Requester,
  sender: Sender,
  { maxNames, counters }: { readonly maxNames: number; readonly counters: Counters },
  signal: AbortSignal,
): Promise<PvList | undefined> {
  let beginnings = 1;
  let offset = 0;
  let hasAnswered = false;
  const names = new Set<string>();
  for (;;) {
    const first = hasAnswered ? {} : { maxTries: FIRST_TRIES };
    const question = { command: LIST_PVS, offset, decode: decodeListPage, ...first };
    const page = await requester.ask(sender, question, signal);
    if (page === "restarted" && beginnings < MAX_BEGINNINGS) {
      beginnings += 1;
      offset = 0;
      names.clear();
      continue;
    }
    if (page === "restarted" || page === "silent") {
      return hasAnswered ? { names: [...names], complete: false } : undefined;
    }
    hasAnswered = true;
    offset += page.names.length;
    for (const name of page.names) {
      if (name !== null && name.length <= MAX_NAME && NAME.test(name)) names.add(name);
      else counters.namesRefused.add();
    }
    const isAtEnd = page.names.length === 0 || offset >= page.total;
    if (isAtEnd || offset >= maxNames) {
      return { names: [...names], complete: offset >= page.total };
    }
  }
}
