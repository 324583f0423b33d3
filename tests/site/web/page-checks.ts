/** What must hold for every page, whatever it shows: one table of pages, one test for each. */
import assert from "node:assert/strict";
import type { BrowserPage, Look } from "../../peers/index.js";
import { MAX_BYTES } from "./first-views.js";
import { HOSTILE_ELEMENT } from "./hostile.js";
import type { Sent } from "./sent-packets.js";
import type { WebSite } from "./web-site.js";

export interface PageCheck {
  /** Where it is, with its query, from where the pages are mounted: `/pvs?state=lost`. */
  readonly path: string;
  /** Of level 1. The title of the document has to have it, too. */
  readonly heading: string | RegExp;
  /** What says that the reader sees something useful. Default that of {@link BrowserPage.ready}. */
  readonly ready?: string;
  /** For its first view, from an empty cache. */
  readonly maxBytes?: number;
}

/** What a URL has to bring back: what is asked for and how it is shown, not the values, which may have changed since. */
const STATE = `JSON.stringify({
  url: location.pathname + location.search,
  headings: [...document.querySelectorAll("h1, h2")].map((each) => each.textContent.replace(/[0-9.,]+/g, "n")),
  fields: [...document.querySelectorAll("input, select, textarea")].map((each) => [
    each.name || each.id, each.type === "checkbox" || each.type === "radio" ? each.checked : each.value,
  ]),
  chosen: [...document.querySelectorAll("[aria-current], [aria-selected=true], [aria-pressed], [aria-sort]")].map((each) =>
    [each.textContent.replace(/[0-9.,]+/g, ""), ...["current", "selected", "pressed", "sort"].map((name) => each.getAttribute("aria-" + name))]),
})`;
const HEADING = `[...document.querySelectorAll("h1")].map((each) => each.textContent).join(" and ")`;
const MARKUP = `document.querySelectorAll("${HOSTILE_ELEMENT}").length`;
/** Texts that people see or hear, but for fields in which they are changed, with a character that turns others round. */
const TURNED = `(() => {
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.parentElement.tagName !== "TEXTAREA") texts.push(walker.currentNode.data);
  for (const each of document.querySelectorAll("[title], [aria-label], [alt], [placeholder]"))
    for (const name of ["title", "aria-label", "alt", "placeholder"]) texts.push(each.getAttribute(name) ?? "");
  return texts.filter((text) => /[\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]/.test(text));
})()`;
/** Links that would run something. */
const SCRIPT_LINKS = `[...document.querySelectorAll("a[href], form[action]")].filter((each) =>
  !/^https?:$/.test(new URL(each.getAttribute("href") ?? each.getAttribute("action"), document.baseURI).protocol)).length`;
const OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/** One test for each page. @param site asked when the tests run */
export function checkPages(site: () => WebSite, pages: readonly PageCheck[]): void {
  for (const page of pages) {
    it(`${page.path} is sound: what it says, loads, sends and shows in light and dark`, async () => {
      assert.deepEqual(await pageFaults(site(), page), []);
    });
  }
}

/** Everything that is wrong with a page, each in a line. */
export async function pageFaults(site: WebSite, page: PageCheck): Promise<readonly string[]> {
  const before = await site.sent.untilNow();
  const light = await visit(site, page, { scheme: "light" });
  // The others would wait as long to say the same.
  if (!light.isReady) return light.faults;
  const [dark, phone] = await Promise.all([
    visit(site, page, { scheme: "dark" }),
    visit(site, page, { size: "phone" }),
  ]);
  const after = await site.sent.untilNow();
  const visits = [light, dark, phone];
  return [
    ...new Set(visits.flatMap(({ faults }) => faults)),
    ...stateFaults(light.state, dark.state),
    ...sentFaults(before, after),
  ];
}

/** What is wrong with a page, as somebody left it, when it is loaded again. */
export async function reloadFaults(
  opened: BrowserPage,
  ready?: string,
): Promise<readonly string[]> {
  const before = await opened.driver.evaluate<string>(STATE);
  await opened.driver.reload({ waitUntil: "domcontentloaded" });
  await opened.ready(ready);
  return stateFaults(before, await opened.driver.evaluate<string>(STATE));
}

interface Visit {
  readonly isReady: boolean;
  readonly faults: readonly string[];
  readonly state: string;
}

/** Each by somebody who never was here, so that nothing but the URL says what the page is to show. */
async function visit(site: WebSite, page: PageCheck, look: Look): Promise<Visit> {
  const opened = await site.browser.open(`${site.url}${page.path}`, look);
  try {
    const isReady = await opened.ready(page.ready).then(
      () => true,
      () => false,
    );
    const { bytes } = opened;
    const faults = [
      ...(isReady ? [] : [`never ready: nothing matches ${page.ready ?? "main[data-ready]"}`]),
      ...(await headingFaults(opened, page)),
      ...bytesFaults(bytes, page.maxBytes ?? MAX_BYTES),
      ...(await opened.accessibilityFaults()).map(
        (fault) => `${look.scheme ?? look.size}: ${fault}`,
      ),
      ...(await textFaults(opened)),
      ...(await overhangFaults(opened, look)),
    ];
    await opened.picture(page.path.slice(1).replaceAll(/[^\w-]+/g, "_") || "overview");
    const state = await opened.driver.evaluate<string>(STATE);
    return { isReady, faults: [...faults, ...opened.troubles], state };
  } finally {
    await opened.close();
  }
}

async function headingFaults(opened: BrowserPage, { heading }: PageCheck): Promise<string[]> {
  const found = await opened.driver.evaluate<string>(HEADING);
  const title = await opened.driver.title();
  const has = (text: string): boolean =>
    typeof heading === "string" ? text.includes(heading) : heading.test(text);
  return [
    ...(has(found) ? [] : [`the heading is "${found}", not ${heading}`]),
    ...(has(title) ? [] : [`the title is "${title}", without ${heading}`]),
  ];
}

function bytesFaults(bytes: number, max: number): string[] {
  return bytes <= max ? [] : [`the first view takes ${bytes} bytes, more than ${max}`];
}

/** Texts that have become more than texts. */
export async function textFaults(opened: BrowserPage): Promise<string[]> {
  const elements = await opened.driver.evaluate<number>(MARKUP);
  const turned = await opened.driver.evaluate<string[]>(TURNED);
  const links = await opened.driver.evaluate<number>(SCRIPT_LINKS);
  return [
    ...(elements === 0 ? [] : [`${elements} texts became markup`]),
    ...turned.map((text) => `a text turns others round: ${JSON.stringify(text)}`),
    ...(links === 0 ? [] : [`${links} links are no links to pages`]),
  ];
}

/** Tables may scroll on their own, the page as a whole only up and down. */
export async function overhangFaults(opened: BrowserPage, { size }: Look = {}): Promise<string[]> {
  const pixels = await opened.driver.evaluate<number>(OVERHANG);
  return pixels <= 0 ? [] : [`${size ?? "desk"}: the page is ${pixels} pixels too wide`];
}

function stateFaults(before: string, after: string): string[] {
  return before === after
    ? []
    : [`the URL does not bring the page back: ${before} became ${after}`];
}

function sentFaults(before: Sent, after: Sent): string[] {
  const [counted, seen] = [after.counted - before.counted, after.seen - before.seen];
  if (counted === 0 && seen === 0) return [];
  return [`opening it sent something: ${counted} by pvmon's counters, ${seen} packets seen`];
}
