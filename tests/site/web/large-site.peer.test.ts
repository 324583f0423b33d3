/** The pages of a large laboratory: hundreds of hosts, thousands of servers and applications, as many clients as pvmon keeps. */
import assert from "node:assert/strict";
import type { BrowserPage } from "../../peers/index.js";
import type { Item } from "../pvmon-process.js";
import { firstViewFaults, LIST_PAGES } from "./first-views.js";
import { hostAddress, LARGE, LargeSite } from "./large-site.js";

describe("the pages of a large laboratory", function () {
  this.timeout(180_000);
  let site: LargeSite;
  let page: BrowserPage | undefined;

  before(async () => {
    site = await LargeSite.start({ outputs: ["{ use: web-ui }"] });
  });
  after(() => site?.stop());
  afterEach(async () => {
    await page?.close();
    page = undefined;
  });

  it("take few bytes and have few elements at their first view", async () => {
    const host = hostAddress(0);
    const single = [`host?host=${host}`, `server?server=${host}:5064`, "client?client=127.30.0.1"];
    assert.deepEqual(await firstViewFaults(site, [...LIST_PAGES, ...single]), []);
  });

  it("show every host on the wall", async () => {
    page = await site.browser.open(`${site.url}/hosts?group=all`);
    await page.ready();
    assert.equal(await page.driver.locator(".tile").count(), LARGE.hosts);
  });

  for (const [list, sort, key, total] of [
    ["servers", "host", "server", LARGE.servers],
    ["servers", "app", "server", LARGE.servers],
    ["clients", "client", "client", LARGE.clients],
    ["clients", "lastSeen", "client", LARGE.clients],
  ] as const) {
    it(`list the first and the last of the ${list} by ${sort}, as the API has them`, async () => {
      page = await site.browser.open(`${site.url}/${list}?sort=${sort}&order=asc`);
      await page.ready();
      const { driver } = page;
      const query = `/api/v1/${list}?sort=${sort}&order=asc&limit=1&offset=`;
      for (const [press, offset] of [
        ["Home", 0],
        ["End", total - 1],
      ] as const) {
        await driver.getByRole("grid").focus();
        await driver.keyboard.press(press);
        const [item] = (await site.pvmon.get(`${query}${offset}`)).items as [Item];
        await driver.getByRole("link", { name: String(item[key]), exact: true }).waitFor();
      }
      assert.deepEqual(page.troubles, []);
    });
  }
});
