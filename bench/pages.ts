/**
 * The pages in a browser, as somebody has them who never was there: until one shows what it is for, and what it takes of the
 * network, on a small, a large and a very large site; and whether the table of a million PVs ever keeps its reader waiting.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, type BrowserPage, waitFor } from "../tests/peers/index.js";
import type { Item, PvmonProcess } from "../tests/site/pvmon-process.js";
import { LIST_PAGES } from "../tests/site/web/first-views.js";
import { LaboratorySite } from "../tests/site/web/laboratory-site.js";
import { LARGE, LargeSite } from "../tests/site/web/large-site.js";
import { MILLION } from "../tests/site/web/million-capture.js";
import { MillionSite } from "../tests/site/web/million-site.js";
import type { Benchmark, Result } from "./benchmark.js";
import { tableFigures } from "./pages-table.js";

interface Site {
  readonly url: string;
  readonly pvmon: PvmonProcess;
  readonly browser: Browser;
  stop(): Promise<void>;
}

const WEB_UI = { outputs: ["{ use: web-ui }"] };
/** Of each page, the first of which warms pvmon up and does not count. */
const VISITS = 4;
const SETTLE_MS = 300;
const REST_MS = 120_000;

const LISTS = [...LIST_PAGES, "pvs?match=*PS*&sort=lastRequested&order=desc", "log-in"];

/** One of each kind of thing that the site has. */
async function singlePages(pvmon: PvmonProcess): Promise<readonly string[]> {
  const kinds = [
    ["pvs", "name", "pv?name="],
    ["hosts", "host", "host?host="],
    ["servers", "server", "server?server="],
    ["clients", "client", "client?client="],
    ["heartbeats", "app", "heartbeat?app="],
    ["health", "source", "linux-host?source="],
  ] as const;
  const found = await Promise.all(
    kinds.map(async ([list, key, page]) => {
      const { items } = await pvmon.get(`/api/v1/${list}?limit=1`);
      const [first] = items as readonly Item[];
      return first === undefined ? [] : [`${page}${encodeURIComponent(String(first[key]))}`];
    }),
  );
  return found.flat();
}

interface View {
  readonly ms: number;
  readonly kilobytes: number;
}

async function firstView(site: Site, path: string): Promise<View> {
  const page: BrowserPage = await site.browser.open(`${site.url}/${path}`);
  try {
    const ms = await page.ready();
    // What comes right after it is part of the first view.
    await sleep(SETTLE_MS);
    return { ms: Math.round(ms), kilobytes: Math.round(page.bytes / 1000) };
  } finally {
    await page.close();
  }
}

async function viewOf(site: Site, path: string): Promise<View> {
  const views: View[] = [];
  for (let visit = 0; visit < VISITS; visit++) views.push(await firstView(site, path));
  const counted = views.slice(1).sort((a, b) => a.ms - b.ms);
  const kilobytes = Math.max(...counted.map((view) => view.kilobytes));
  return { ms: counted[counted.length >> 1]!.ms, kilobytes };
}

/** Thousands of servers and clients that were just found are not what somebody meets who opens a page. */
async function isAtRest({ pvmon }: Site): Promise<boolean> {
  const { outboxes } = await pvmon.get<{
    outboxes: readonly { records: number; history: number }[];
  }>("/api/v1/status");
  return outboxes.every(({ records, history }) => records === 0 && history === 0);
}

async function* figures(of: string, start: () => Promise<Site>): AsyncGenerator<Result> {
  const site = await start();
  try {
    await waitFor("what was found is stored", () => isAtRest(site), REST_MS);
    const views = new Map<string, View>();
    for (const path of [...LISTS, ...(await singlePages(site.pvmon))]) {
      views.set(path.startsWith("pv?") ? "pv" : path, await viewOf(site, path));
    }
    const all = [...views.values()];
    const each = [...views].map(([path, { ms, kilobytes }]) => [
      `/${path}`,
      `${ms} ms, ${kilobytes} kB`,
    ]);
    yield {
      of: `first view of each page, ${of}`,
      figure: Math.max(...all.map(({ ms }) => ms)),
      unit: "ms until the slowest is ready",
      goals: [
        { atMost: 1000, unit: "ms" },
        { of: "largestKilobytes", what: "the largest of them", atMost: 300, unit: "kB" },
      ],
      also: {
        largestKilobytes: Math.max(...all.map(({ kilobytes }) => kilobytes)),
        ...Object.fromEntries(each),
      },
    };
    if (site instanceof MillionSite) yield* tableFigures(site);
  } finally {
    await site.stop();
  }
}

export default {
  name: "pages",
  what: "pages in a browser with an empty cache, and the table of a million PVs",
  async *run() {
    const large = `${LARGE.hosts} hosts, ${LARGE.servers} servers, ${LARGE.clients} clients`;
    yield* figures(large, () => LargeSite.start(WEB_UI));
    yield* figures(`${MILLION} PVs`, () => MillionSite.start(WEB_UI));
    yield* figures("the simulated laboratory", () => LaboratorySite.start());
  },
} satisfies Benchmark;
