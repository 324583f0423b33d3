/** Overview, traffic and system in a browser: what they show in each of their views, and what can be done there. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { BrowserPage } from "../../peers/index.js";
import { waitFor } from "../../peers/index.js";
import { checkPages, reloadFaults } from "./page-checks.js";
import { WebSite } from "./web-site.js";

/** A line of the history is drawn once its first minute is over. */
const FIRST_MINUTE_MS = 90_000;

describe("overview, traffic and system", function () {
  this.timeout(180_000);
  let site: WebSite;
  let page: BrowserPage;

  before(async () => {
    site = await WebSite.start({ outputs: ["{ use: web-ui }"] });
    const isCounted = async () => {
      const { series } = await site.pvmon.get("/api/v1/traffic?series=searchNames");
      return (series as { points: unknown[] }[])[0]!.points.length > 2;
    };
    await waitFor("whole minutes are counted", isCounted, FIRST_MINUTE_MS);
  });
  after(() => site?.stop());

  const open = async (path: string): Promise<void> => {
    page = await site.browser.open(`${site.url}${path}`);
    await page.ready();
  };
  afterEach(async () => page?.close());

  const query = (): URLSearchParams => new URL(page.driver.url()).searchParams;
  const button = (name: string | RegExp) => page.driver.getByRole("button", { name }).first();

  checkPages(
    () => site,
    [
      { path: "/", heading: "Overview" },
      { path: "/system", heading: "System" },
      { path: "/traffic?range=1h", heading: "Traffic" },
      { path: "/traffic?range=1h&compare=day&client=127.3.0.2", heading: "Traffic" },
      {
        path: "/traffic?from=2026-01-01T00:00:00.000Z&to=2026-01-08T00:00:00.000Z",
        heading: "Traffic",
      },
      { path: "/traffic?view=pvs&range=2y", heading: "Traffic" },
      { path: "/traffic?view=clients&range=6h", heading: "Traffic" },
      { path: "/traffic?view=latest", heading: "Traffic" },
      { path: "/traffic?view=pvmon&range=1h", heading: "Traffic" },
      { path: "/system?view=metrics&match=sent&sort=value", heading: "System" },
      { path: "/system?view=configuration", heading: "System" },
    ],
  );

  it("say first what is wrong with the site, and lead to it", async () => {
    await open("/");
    const lost = (await site.pvmon.list("/api/v1/servers?state=lost"))[0]!.server as string;
    const verdict = await page.driver.locator(".verdict").textContent();
    assert.match(verdict!, /in error|stopped answering today/);
    await page.driver.getByRole("link", { name: lost }).first().click();
    await page.driver.waitForURL("**/server?server=*");
  });

  it("count hosts, servers and PVs as the API does, and lead to the lists", async () => {
    await open("/");
    const { counts } = await site.pvmon.get<{
      counts: { pvs: { online: number }; servers: { lost: number } };
    }>("/api/v1/status");
    const online = page.driver.getByRole("link", { name: `Online ${counts.pvs.online}` });
    await online.click();
    await page.driver.waitForURL("**/pvs?state=online");
  });

  it("zoom and pan by keyboard, in the address, and go back", async () => {
    await open("/traffic?range=6h");
    await page.tabTo("button", "Show less time");
    await page.driver.keyboard.press("Enter");
    await page.driver.waitForURL("**from=*");
    const [from, to] = [Date.parse(query().get("from")!), Date.parse(query().get("to")!)];
    assert.ok(Math.abs(to - from - 3 * 3_600_000) < 2000, "half of six hours");
    await page.ready();
    await button("Earlier").click();
    assert.equal(Date.parse(query().get("to")!), to - (to - from) / 2);
    await page.ready();
    assert.deepEqual(await reloadFaults(page), []);
    await page.driver.goBack();
    assert.equal(Date.parse(query().get("to")!), to);
    await button("Back to now").click();
    assert.deepEqual([query().get("from"), query().get("range")], [null, "6h"]);
  });

  it("zoom by dragging over a chart, one step back for one step in", async () => {
    await open("/traffic?range=1h");
    const box = (await page.driver.locator(".u-over").first().boundingBox())!;
    const before = page.driver.url();
    await page.driver.mouse.move(box.x + box.width / 4, box.y + 20);
    await page.driver.mouse.down();
    await page.driver.mouse.move(box.x + (3 * box.width) / 4, box.y + 30, { steps: 4 });
    await page.driver.mouse.up();
    await page.driver.waitForURL("**from=*");
    const ms = Date.parse(query().get("to")!) - Date.parse(query().get("from")!);
    assert.ok(Math.abs(ms - 1_800_000) < 60_000, `${ms} ms are half of an hour`);
    await page.driver.goBack();
    assert.equal(page.driver.url(), before);
  });

  it("hide a line, and show the numbers as a table, by keyboard", async () => {
    await open("/traffic?range=1h");
    await page.tabTo("button", "Table");
    await page.driver.keyboard.press("Enter");
    const table = page.driver.getByRole("region", { name: /^Names searched for as a table/ });
    assert.ok((await table.getByRole("row").count()) > 1);
    assert.deepEqual(await page.accessibilityFaults(), []);
    await page.tabTo("button", /^Clients/);
    await page.driver.keyboard.press("Space");
    assert.equal(await button(/^Clients/).getAttribute("aria-pressed"), "false");
  });

  it("save a chart as numbers and as a picture", async () => {
    await open("/traffic?range=1h");
    const saved = async (name: string): Promise<Buffer> => {
      const [download] = await Promise.all([
        page.driver.waitForEvent("download"),
        button(name).click(),
      ]);
      return readFileSync(await download.path());
    };
    const csv = (await saved("Names searched for as CSV")).toString("utf8");
    assert.match(csv, /^time,All \(names per minute\),Clients/);
    assert.match(csv, /\r\n\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z,\d/);
    const png = await saved("Names searched for as PNG");
    assert.equal(png.subarray(1, 4).toString("latin1"), "PNG");
  });

  it("find a metric, and show the configuration to whom may see it", async () => {
    await open("/system?view=metrics");
    await page.driver.getByRole("searchbox").fill("resident_bytes");
    await page.driver.waitForURL("**match=resident_bytes*");
    assert.equal(await page.driver.getByRole("row").count(), 2, "its head, and one");
    await page.driver.getByRole("link", { name: "Configuration" }).click();
    await page.driver.getByText("datagramsPerSecond: 20").waitFor();
  });
});
