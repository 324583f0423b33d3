/** What a first view may cost, however much a site has: little of the network, and few elements that a browser has to keep in order. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CapturedSite } from "./captured-site.js";

export const MAX_BYTES = 300_000;
const MAX_ELEMENTS = 10_000;
/** What is loaded right after a page is ready is part of its first view. */
const SETTLE_MS = 500;
const COUNT = "document.querySelectorAll('*').length";

/** Pages that show lists or sums. */
export const LIST_PAGES = [
  "",
  "hosts",
  "hosts?group=all&view=wide",
  "hosts?group=all&view=table",
  "servers",
  "pvs",
  "clients",
  "requests",
  "events",
  "logs",
  "groups",
  "beacons",
  "heartbeats",
  "linux-monitor",
  "traffic",
  "changes",
  "system",
] as const;

/** In a line for each page. */
export async function firstViewFaults(
  { browser, url }: CapturedSite,
  paths: readonly string[],
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const path of paths) {
    const page = await browser.open(`${url}/${path}`);
    try {
      await page.ready();
      await sleep(SETTLE_MS);
      const elements = await page.driver.evaluate<number>(COUNT);
      if (page.bytes > MAX_BYTES) faults.push(`/${path} takes ${page.bytes} bytes`);
      if (elements > MAX_ELEMENTS) faults.push(`/${path} has ${elements} elements`);
      faults.push(...page.troubles.map((trouble) => `/${path}: ${trouble}`));
    } finally {
      await page.close();
    }
  }
  return faults;
}
