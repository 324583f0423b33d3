/** The list of PVs with a million of them: every one can be reached, and only what is seen is on the page. */
import assert from "node:assert/strict";
import { type BrowserPage, waitFor } from "../../peers/index.js";
import type { Item } from "../pvmon-process.js";
import { firstViewFaults, LIST_PAGES } from "./first-views.js";
import { MILLION, MILLION_STATES, millionName } from "./million-capture.js";
import { MillionSite } from "./million-site.js";

/** What a window shows, and what stands ready beyond its edges. */
const MOST_ROWS = 100;
const WRITTEN_MS = 60_000;
const FILLED_MS = 5000;

describe("the list of a million PVs", function () {
  this.timeout(180_000);
  let site: MillionSite;
  let page: BrowserPage;

  before(async () => {
    site = await MillionSite.start({ outputs: ["{ use: web-ui }"] });
  });
  after(() => site?.stop());
  afterEach(() => page?.close());

  const open = async (path: string): Promise<BrowserPage["driver"]> => {
    page = await site.browser.open(`${site.url}${path}`);
    await page.ready();
    return page.driver;
  };

  for (const [sort, order] of [
    ["name", "asc"],
    ["requests", "desc"],
  ] as const) {
    it(`shows its first and its last one by ${sort}, with few rows on the page`, async () => {
      const driver = await open(`/pvs?sort=${sort}&order=${order}`);
      const query = `/api/v1/pvs?sort=${sort}&order=${order}&limit=1&offset=`;
      const [first] = (await site.pvmon.get(`${query}0`)).items as [Item];
      const [last] = (await site.pvmon.get(`${query}${MILLION - 1}`)).items as [Item];
      await driver.getByRole("link", { name: String(first.name), exact: true }).waitFor();
      await page.tabTo("grid", "PVs");
      await driver.keyboard.press("End");
      await driver.getByRole("link", { name: String(last.name), exact: true }).waitFor();
      assert.ok((await driver.getByRole("row").count()) < MOST_ROWS);
      assert.equal(
        await driver.getByRole("grid").getAttribute("aria-rowcount"),
        String(MILLION + 1),
      );
      assert.deepEqual(page.troubles, []);
    });
  }

  it("is no more of a load at its first view than other pages are", async () => {
    const views = [...LIST_PAGES, "pvs?match=*PS*&sort=lastRequested&order=desc"];
    assert.deepEqual(await firstViewFaults(site, views), []);
  });

  it("says of what changed how many appeared, and shows the first of them", async () => {
    const appeared = async () => {
      const { pvs } = await site.pvmon.get("/api/v1/changes?range=1d&limit=1");
      return (pvs as { readonly appeared: { readonly total: number } }).appeared.total;
    };
    const { online } = MILLION_STATES;
    await waitFor(
      "all that are served are in the history",
      async () => (await appeared()) === online,
      WRITTEN_MS,
    );
    const driver = await open("/changes");
    await driver.getByText(`the first 200 of ${online.toLocaleString("en-US")}`).waitFor();
    const table = driver.getByRole("table", { name: "PVs that appeared" });
    assert.equal(await table.getByRole("row").count(), 201);
    assert.deepEqual(page.troubles, []);
  });

  it("finds one of them while its name is typed", async () => {
    const driver = await open("/pvs");
    const name = millionName(123_456);
    await driver.getByRole("searchbox").pressSequentially(name);
    await driver.getByRole("link", { name, exact: true }).waitFor();
    await driver.getByText(`1 of ${MILLION.toLocaleString("en-US")}`).waitFor();
    assert.deepEqual(page.troubles, []);
  });

  it("fills its window from the first one on after a search that found none", async () => {
    const driver = await open("/pvs");
    const box = driver.getByRole("searchbox");
    const grid = driver.getByRole("grid");
    await grid.evaluate("grid => { grid.scrollTop = 100_000; }");
    await box.fill("no such name");
    await grid.waitFor({ state: "detached" });
    await box.fill("");
    await driver.locator(`${ROWS}:not(.grid-waiting)`).first().waitFor();
    const isFilled = () => driver.evaluate<boolean>(IS_FILLED);
    await waitFor("every place in the window has its row", isFilled, FILLED_MS);
    assert.deepEqual(page.troubles, []);
  });

  it("shows rows far away in the elements of those before, but not in one that has the focus", async () => {
    const driver = await open("/pvs");
    const stayed = async (goFar: () => Promise<unknown>): Promise<number> => {
      await driver.evaluate(`window.rowsBefore = [...document.querySelectorAll("${ROWS}")]`);
      await goFar();
      await driver.locator(`${ROWS}[aria-rowindex="${MILLION / 2}"]`).waitFor();
      return await driver.evaluate<number>("rowsBefore.filter((row) => row.isConnected).length");
    };
    const goToMiddle = () => driver.evaluate(GO_TO_MIDDLE);
    assert.ok((await stayed(goToMiddle)) > 10);
    await driver.getByRole("grid").press("Home");
    await driver.locator(`${ROWS}[aria-rowindex="2"]:not(.grid-waiting) a`).first().focus();
    assert.equal(await stayed(goToMiddle), 0);
    assert.deepEqual(page.troubles, []);
  });

  it("asks for few of those that are passed by on the way to others", async () => {
    const driver = await open("/pvs");
    let asked = 0;
    driver.on("request", (request) => {
      if (request.url().includes("/api/v1/pvs?")) asked += 1;
    });
    const steps = await driver.evaluate<number>(SCROLL_THROUGH);
    assert.ok(steps > 100 && asked < steps, `${asked} questions on ${steps} steps`);
  });
});

const ROWS = "[role=grid] .grid-space [role=row]";
/** From the first row of the list on to the lower edge of what is seen of it. */
const IS_FILLED = `(() => {
  const grid = document.querySelector("[role=grid]").getBoundingClientRect();
  const rows = [...document.querySelectorAll("${ROWS}")];
  return rows[0].ariaRowIndex === "2" && rows.at(-1).getBoundingClientRect().bottom >= grid.bottom - 1;
})()`;
const GO_TO_MIDDLE = `(() => {
  const grid = document.querySelector("[role=grid]");
  grid.scrollTop = (grid.scrollHeight - grid.clientHeight) / 2;
})()`;

/** Drags the scroll bar through the list; answers in how many steps. */
const SCROLL_THROUGH = `new Promise((resolve) => {
  const grid = document.querySelector("[role=grid]");
  const steps = 200;
  let step = 0;
  const next = () => {
    step += 1;
    grid.scrollTop = (grid.scrollHeight * step) / steps;
    if (step < steps) requestAnimationFrame(next);
    else resolve(step);
  };
  next();
})`;
