/** One page in a browser, with all that went wrong in it and what it cost, as its reader would see it in the developer tools. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { BrowserContext, Page } from "playwright-core";
import { PageTraffic } from "./page-traffic.js";

export interface Look {
  /** What the reader's system asks for. Default light. */
  readonly scheme?: "light" | "dark";
  /** Default desk. */
  readonly size?: "desk" | "phone";
}

type Role = Parameters<Page["getByRole"]>[0];

/** Where pictures go; without it none are taken. */
const PICTURES = process.env.PVMON_SCREENSHOTS;
const READY_TIMEOUT_MS = 10_000;
const MAX_TABS = 200;

const RUN_AXE = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .flatMap(({ id, impact, help, nodes }) => nodes.map(({ target }) => impact + " " + id + ": " + help + ": " + target)))`;

const HAS_VISIBLE_FOCUS = `(() => {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
  return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
})()`;

export class BrowserPage {
  /** For what only one test needs. */
  readonly driver: Page;
  readonly #context: BrowserContext;
  readonly #look: Required<Look>;
  readonly #traffic: PageTraffic;
  readonly #openedAt = performance.now();

  private constructor(driver: Page, traffic: PageTraffic, look: Required<Look>) {
    this.driver = driver;
    this.#context = driver.context();
    this.#traffic = traffic;
    this.#look = look;
  }

  static async open(
    context: BrowserContext,
    url: string,
    look: Required<Look>,
  ): Promise<BrowserPage> {
    const driver = await context.newPage();
    const traffic = await PageTraffic.watch(driver, new URL(url).origin);
    const page = new BrowserPage(driver, traffic, look);
    await driver.goto(url, { waitUntil: "domcontentloaded" });
    return page;
  }

  /** Errors and warnings of the console, errors of scripts, requests that failed and requests to other origins, until now. */
  get troubles(): readonly string[] {
    return this.#traffic.troubles;
  }

  /** What came from the network until now, as transferred: compressed, with headers. */
  get bytes(): number {
    return this.#traffic.bytes;
  }

  /**
   * Waits for what says that the reader sees something useful; rejects when it does not come.
   * @returns since the page was opened, ms
   */
  async ready(selector = "main[data-ready]"): Promise<number> {
    await this.driver.waitForSelector(selector, { state: "attached", timeout: READY_TIMEOUT_MS });
    return performance.now() - this.#openedAt;
  }

  /** What keeps people out who see, hear or move otherwise: what axe calls serious or critical, one line for each element. */
  async accessibilityFaults(): Promise<readonly string[]> {
    await this.driver.evaluate(axe.source);
    return await this.driver.evaluate<string[]>(RUN_AXE);
  }

  /** Presses Tab until the element has the focus; rejects when it never has, or when nothing shows that it has. */
  async tabTo(role: Role, name: string | RegExp): Promise<void> {
    const wanted = this.driver.getByRole(role, { name }).and(this.driver.locator(":focus"));
    for (let presses = 0; presses < MAX_TABS; presses++) {
      await this.driver.keyboard.press("Tab");
      if ((await wanted.count()) === 0) continue;
      if (await this.driver.evaluate<boolean>(HAS_VISIBLE_FOCUS)) return;
      throw new Error(`nothing shows that the ${role} "${name}" has the focus`);
    }
    throw new Error(`the ${role} "${name}" cannot be reached with Tab`);
  }

  /** Takes a picture of the whole page, if pictures are wanted. @param name of the file, before how it looks */
  async picture(name: string): Promise<void> {
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    const file = `${name}-${this.#look.size}-${this.#look.scheme}.png`;
    await this.driver.screenshot({ path: join(PICTURES, file), fullPage: true });
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
