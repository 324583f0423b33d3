/** Pages that stay open: while pvmon is away, is another one, or says nothing; in tabs that nobody looks at; on machines whose clock is wrong. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { CDPSession, Page } from "playwright-core";
import type { BrowserPage } from "../../peers/index.js";
import { waitFor } from "../../peers/index.js";
import { SMALL, SmallSite } from "./small-site.js";

const WAIT_MS = 15_000;
const HOUR_MS = 3_600_000;
/** It is gone when the document is loaded anew. */
const MARK = "window.isStillHere = true";
const IS_MARKED = "window.isStillHere === true";
const HIDE = `Object.defineProperty(document, "hidden", { configurable: true, get: () => window.isHidden ?? true })`;
/** What is done again and again is done so many times as often. */
const oftener = (times: number): string => `(() => {
  const real = window.setInterval;
  window.setInterval = (again, ms, ...rest) => real(again, Math.max(100, ms / ${times}), ...rest);
})()`;
const HURRY = oftener(5);
/** Twelve seconds are ten minutes, for what is done every five seconds or more seldom. */
const RUSH = oftener(50);
/** Of noise: what is compiled late, and caches. */
const GROWTH_BYTES = 1_500_000;
/** As long as whatever is done again and again, hurried, takes at most. */
const HURRIED_MS = 4000;
const look = (isHidden: boolean): string =>
  `window.isHidden = ${isHidden}; document.dispatchEvent(new Event("visibilitychange"))`;

describe("pages that stay open", function () {
  this.timeout(120_000);
  let site: SmallSite;
  let page: BrowserPage | undefined;

  before(async () => {
    site = await SmallSite.start({ outputs: ["{ use: web-ui }"] });
  });
  after(() => site?.stop());
  afterEach(async () => {
    await page?.close();
    page = undefined;
  });

  const open = async (path: string): Promise<BrowserPage["driver"]> => {
    page = await site.browser.open(`${site.url}${path}`);
    await page.ready();
    return page.driver;
  };
  /** As a page whose document ran `script` before anything else. */
  const openWith = async (script: string, path: string): Promise<BrowserPage["driver"]> => {
    page = await site.browser.open("about:blank");
    await page.driver.addInitScript(script);
    await page.driver.goto(`${site.url}${path}`);
    return page.driver;
  };
  const note = (text: string) => site.pvmon.post("/api/v1/logs", { text, why: "a test" });

  it("say that pvmon does not answer, and go on by themselves when it does", async () => {
    const driver = await open("/logs?state=noted");
    await driver.locator(".pulse-dot").waitFor();
    await driver.evaluate(MARK);
    await site.pvmon.stop();
    const silence = driver.getByText("pvmon has not answered since");
    await silence.waitFor({ timeout: WAIT_MS });
    await site.pvmon.start();
    await note("written by another pvmon");
    await silence.waitFor({ state: "hidden", timeout: WAIT_MS });
    await driver.getByText("written by another pvmon").first().waitFor({ timeout: WAIT_MS });
    await driver.locator(".pulse-dot").waitFor({ timeout: WAIT_MS });
    assert.equal(await driver.evaluate(IS_MARKED), true);
  });

  it("notice a connection that breaks without a word", async () => {
    const driver = await open("/servers");
    await driver.locator(".pulse-dot").waitFor();
    // Until it is known how often pvmon speaks.
    await sleep(6000);
    site.pvmon.pause();
    try {
      await driver.getByText("Not connected: trying again").waitFor({ timeout: 2 * WAIT_MS });
      await driver.getByText("pvmon has not answered since").waitFor({ timeout: 2 * WAIT_MS });
    } finally {
      site.pvmon.resume();
    }
    await driver.locator(".pulse-dot").waitFor({ timeout: WAIT_MS });
    await driver
      .getByText("pvmon has not answered since")
      .waitFor({ state: "hidden", timeout: WAIT_MS });
  });

  it("say that pvmon was updated, and are loaded anew by a button", async () => {
    const driver = await openWith(HURRY, "/servers");
    await page?.ready();
    await driver.evaluate(MARK);
    await driver.route("**/api/v1/status", async (route) => {
      const answer = await route.fetch();
      const status = (await answer.json()) as object;
      await route.fulfill({ response: answer, json: { ...status, version: "9.9.9" } });
    });
    await driver.getByText("pvmon was updated to version 9.9.9").waitFor({ timeout: 2 * WAIT_MS });
    await driver.getByRole("button", { name: "Load them anew" }).click();
    await page?.ready();
    assert.equal(await driver.evaluate(IS_MARKED), false);
    assert.equal(await driver.getByText("pvmon was updated").count(), 0);
  });

  it("say when another page cannot be had any more, and are loaded anew by a button", async () => {
    const driver = await open("/servers");
    const gone = "**/assets/clients-*.js";
    await driver.route(gone, (route) => route.fulfill({ status: 404, body: "" }));
    await driver.getByRole("link", { name: "Clients", exact: true }).click();
    await driver.getByText("This page could not be loaded").waitFor();
    await driver.unroute(gone);
    await driver.getByRole("button", { name: "Try again" }).click();
    await driver.getByRole("link", { name: SMALL.client }).first().waitFor();
  });

  it("show what answers slowly, and ask for it once at a time", async () => {
    const driver = await openWith(HURRY, "/log-in");
    let waiting = 0;
    let most = 0;
    await driver.route("**/api/v1/servers?*", async (route) => {
      most = Math.max(most, ++waiting);
      await sleep(3000);
      waiting -= 1;
      await route.continue().catch(() => undefined);
    });
    await driver.getByRole("link", { name: "Servers", exact: true }).click();
    await driver.getByText(SMALL.server).first().waitFor({ timeout: WAIT_MS });
    await sleep(2000);
    assert.equal(most, 1);
    await driver.unrouteAll({ behavior: "ignoreErrors" });
  });

  it("ask nothing and have no stream while nobody looks, and catch up when somebody does", async () => {
    const driver = await openWith(`${HURRY};${HIDE}`, "/logs?state=noted");
    await page?.ready();
    const all: string[] = [];
    driver.on("request", (request) => all.push(request.url()));
    const asked = () => all.splice(0);
    await sleep(1000);
    asked();
    await note("while nobody looked");
    await sleep(HURRIED_MS);
    assert.deepEqual(asked(), []);
    await driver.evaluate(look(false));
    await driver.getByText("while nobody looked").first().waitFor({ timeout: WAIT_MS });
    assert.ok(asked().some((url) => url.endsWith("/api/v1/stream")));
    await driver.evaluate(look(true));
    await sleep(200);
    asked();
    await sleep(HURRIED_MS);
    assert.deepEqual(asked(), []);
  });

  it("work in ten tabs at once, over the six connections that a browser has", async () => {
    const driver = await open("/");
    const others = await Promise.all(
      ["hosts", "servers", "pvs", "clients", "requests", "events", "logs", "traffic", "system"].map(
        async (path) => {
          const tab = await driver.context().newPage();
          await tab.addInitScript(HIDE);
          await tab.goto(`${site.url}/${path}`);
          return tab;
        },
      ),
    );
    for (const tab of others) await tab.waitForSelector("main[data-ready]", { state: "attached" });
    await driver.getByRole("link", { name: "Servers", exact: true }).click();
    await driver.getByText(SMALL.server).first().waitFor();
  });

  it("take no more memory after a while than at first, whatever happens", async () => {
    // Each has a stream, and a browser has six connections.
    const paths = ["", "pvs", "clients", "traffic"];
    const driver = await openWith(RUSH, `/${paths[0]}`);
    const tabs = [
      driver,
      ...(await Promise.all(paths.slice(1).map(() => driver.context().newPage()))),
    ];
    const memories = await Promise.all(
      tabs.map(async (tab, n) => {
        if (n > 0) await tab.addInitScript(RUSH);
        await tab.goto(`${site.url}/${paths[n]}`);
        await tab.waitForSelector("main[data-ready]", { state: "attached" });
        return await Memory.of(tab);
      }),
    );
    const happen = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        await note(`something happens: ${n}`);
        await sleep(100);
      }
    };
    await happen(80);
    const before = await Promise.all(memories.map((memory) => memory.now()));
    await happen(80);
    for (const [n, memory] of memories.entries()) {
      const [first, last] = [before[n]!, await memory.now()];
      const told = `/${paths[n]}: ${JSON.stringify(first)} became ${JSON.stringify(last)}`;
      assert.ok(last.nodes <= 1.2 * first.nodes + 100, told);
      assert.ok(last.listeners <= 1.2 * first.listeners + 20, told);
      assert.ok(last.heapBytes <= first.heapBytes + GROWTH_BYTES, told);
    }
  });

  for (const off of [-HOUR_MS, HOUR_MS]) {
    const how = off < 0 ? "behind" : "ahead";
    it(`reckon ages by pvmon's clock where that of the machine is an hour ${how}`, async () => {
      await note(`an hour ${how}`);
      const { startedAt } = await site.pvmon.get("/api/v1/status");
      const driver = await openWith(wrongClock(off), "/clients");
      await page?.ready();
      const seen = driver.locator("[role=gridcell] time").first();
      const ages = async (): Promise<boolean> =>
        !/\d h|\bin \d/.test((await seen.textContent()) ?? "");
      await waitFor("ages are right", ages, WAIT_MS);
      assert.ok(Date.now() - Date.parse(String(startedAt)) < HOUR_MS, "the test is not too slow");
    });
  }
});

interface Taken {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** What a page holds on to. */
class Memory {
  readonly #cdp: CDPSession;

  private constructor(cdp: CDPSession) {
    this.#cdp = cdp;
  }

  static async of(tab: Page): Promise<Memory> {
    const cdp = await tab.context().newCDPSession(tab);
    await cdp.send("Performance.enable");
    return new Memory(cdp);
  }

  async now(): Promise<Taken> {
    await this.#cdp.send("HeapProfiler.collectGarbage");
    const { metrics } = await this.#cdp.send("Performance.getMetrics");
    const figure = (name: string): number =>
      metrics.find((metric) => metric.name === name)?.value ?? 0;
    return {
      heapBytes: figure("JSHeapUsedSize"),
      nodes: figure("Nodes"),
      listeners: figure("JSEventListeners"),
    };
  }
}

function wrongClock(offMs: number): string {
  return `(() => {
    const Real = Date;
    const now = () => Real.now() + ${offMs};
    window.Date = class extends Real {
      constructor(...args) { args.length === 0 ? super(now()) : super(...args); }
      static now() { return now(); }
    };
  })()`;
}
