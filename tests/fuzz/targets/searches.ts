/** Replies to pvmon's own searches. */
import assert from "node:assert/strict";
import { formatEndpoint, parseEndpoint } from "pvmon";
import { Budget } from "../../../plugins/ca-search/budget.js";
import { readReplies } from "../../../plugins/ca-search/reply.js";
import { Priority } from "../../../plugins/ca-search/search.js";
import { Searcher } from "../../../plugins/ca-search/searcher.js";
import { FoldedSite } from "../folded-site.js";
import type { FuzzTarget } from "../target.js";

const FIRST_ADDRESS = 0x0a07_0000;
const REPLIERS = 5000;
const NAMES = ["SR:one", "SR:two", "SR:three"];
const EVERYWHERE = { ip: 0x0a07_ffff, port: 5064 };
const PLENTY_PER_SECOND = 1000;
/** Of a reply: its header. */
const MIN_REPLY_BYTES = 16;

/** The names have left under the ids 1, 2 and 3. */
function startedSearcher(): Searcher {
  const budget = new Budget(PLENTY_PER_SECOND, PLENTY_PER_SECOND, 0);
  const options = { firstRetryMs: 32, windowMs: 500, lateMs: 60_000, budget, seed: 0 };
  const searcher = new Searcher(options);
  const legs = [{ destinations: [EVERYWHERE], tries: 1 }];
  for (const name of NAMES) searcher.begin(name, Priority.asked, legs, () => undefined);
  searcher.run(0, (_bytes, _destination, sent) => sent(null));
  return searcher;
}

export const searchReply: FuzzTarget = {
  what: "replies to pvmon's own searches, down to the inventory",
  create: () => {
    const site = new FoldedSite();
    let read = 0;
    return (input) => {
      const replier = FIRST_ADDRESS + (++read % REPLIERS);
      const searcher = startedSearcher();
      const { replies } = readReplies(input, replier);
      assert.ok(replies.length * MIN_REPLY_BYTES <= input.length, `${replies.length} replies`);
      for (const { cid, server, replier, minorVersion } of replies) {
        assert.deepEqual(parseEndpoint(formatEndpoint(server)), server);
        const answered = searcher.answer(cid, server, 1);
        if (answered === undefined) continue;
        const seen = { server, replier, minorVersion, asker: "own" } as const;
        site.fold({ type: "answer", at: site.at, ...answered, ...seen });
      }
      searcher.run(1000, (_bytes, _destination, sent) => sent(null));
      site.inputRead();
    };
  },
};
