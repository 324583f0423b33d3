/**
 * Lists of PVs: putting all names in order for pages at any offset, and then reading such pages; beside the straightforward
 * way to sort them, an array of strings, which nobody can interrupt.
 */
import { Inventory } from "../core/model/inventory/inventory.js";
import type { Page, PvItem, PvQuery, PvSort } from "../core/model/views.js";
import { type Benchmark, GROWTH } from "./benchmark.js";
import { shuffled } from "./datagrams.js";
import { nameOf } from "./replay-capture.js";

const STARTED_AT = Date.UTC(2026, 0, 1);
const NAMES_PER_SEARCH = 50;
const PAGES = 1000;
const PAGE_ITEMS = 100;
/** Further than the items that are found without an order. */
const FAR = 1000;

/** Each name asked for once, in an order that is none. */
function fill(inventory: Inventory, order: Uint32Array): void {
  for (let begin = 0; begin < order.length; begin += NAMES_PER_SEARCH) {
    const some = Array.from(order.subarray(begin, begin + NAMES_PER_SEARCH), nameOf);
    const ends = Uint32Array.from(some);
    let length = 0;
    for (const [index, name] of some.entries()) ends[index] = length += name.length;
    inventory.fold({
      type: "searchSeen",
      at: STARTED_AT + begin,
      client: 0x0a070001,
      port: 40_000,
      source: "client",
      transport: "udp",
      minorVersion: 13,
      sequence: -1,
      bytes: Buffer.from(some.join(""), "latin1"),
      count: some.length,
      starts: ends.map((end, index) => end - some[index]!.length),
      ends,
    });
  }
}

interface Asked {
  readonly page: Page<PvItem>;
  readonly ms: number;
  readonly longestStepMs: number;
}

function ask(inventory: Inventory, query: PvQuery): Asked {
  const begin = performance.now();
  const scan = inventory.pvPage(query);
  let longestStepMs = 0;
  for (let stepAt = begin; ; stepAt = performance.now()) {
    const step = scan.next();
    const now = performance.now();
    longestStepMs = Math.max(longestStepMs, now - stepAt);
    if (step.done === true) return { page: step.value, ms: now - begin, longestStepMs };
  }
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100;

export default {
  name: "list",
  what: "names/s put in order by name, for pages of the list of PVs at any offset",
  sizes: GROWTH,
  run({ names }) {
    const order = shuffled(names);
    const inventory = new Inventory({}, { event() {}, history() {} });
    fill(inventory, order);
    // As small as the heap of pvmon is, which has no string for a name.
    globalThis.gc?.();
    const query = (sort: PvSort, offset: number): PvQuery => ({
      sort,
      order: "asc",
      limit: PAGE_ITEMS,
      offset,
    });
    const first = ask(inventory, query("name", FAR));
    const pages = Array.from({ length: PAGES }, (_, n) =>
      ask(inventory, query("name", Math.floor((n * names) / PAGES))),
    );
    const pageMs = pages.map(({ ms }) => ms).sort((a, b) => a - b);
    const byTime = ask(inventory, query("lastRequested", FAR));
    const begin = ask(inventory, query("firstSeen", 0));
    const substring = ask(inventory, { ...query("name", 0), match: nameOf(names >> 1).slice(3) });

    const all = Array.from(order, nameOf);
    const sortedAt = performance.now();
    const sorted = all.toSorted();
    const peerMs = performance.now() - sortedAt;
    if (
      pages.some(({ page }, n) => page.items[0]?.name !== sorted[Math.floor((n * names) / PAGES)])
    ) {
      throw new Error("the pages are not in order");
    }
    return {
      figure: Math.round((names * 1000) / first.ms),
      unit: "names/s",
      goals: [
        { of: "longestStepMs", what: "longest step of it", atMost: 50, unit: "ms" },
        { of: "furtherPagesP99Ms", what: "p99 of further pages", atMost: 50, unit: "ms" },
      ],
      peer: { name: "Array.sort of strings", figure: Math.round((names * 1000) / peerMs) },
      also: {
        firstPageMs: rounded(first.ms),
        longestStepMs: rounded(first.longestStepMs),
        furtherPagesMedianMs: rounded(pageMs[PAGES >> 1]!),
        furtherPagesP99Ms: rounded(pageMs[Math.floor(PAGES * 0.99)]!),
        firstPageByTimeMs: rounded(byTime.ms),
        pageAtTheBeginningMs: rounded(begin.ms),
        substringMs: rounded(substring.ms),
        substringLongestStepMs: rounded(substring.longestStepMs),
      },
    };
  },
} satisfies Benchmark;
