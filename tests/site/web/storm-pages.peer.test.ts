/** A storm of searches in a browser: said shortly where people look first, in full where they ask, and its names are only names. */
import assert from "node:assert/strict";
import type { BrowserPage } from "../../peers/index.js";
import { textFaults } from "./page-checks.js";
import { FLOODER, StormySite } from "./stormy-site.js";

describe("pages of a site in a storm of searches for names that are markup", function () {
  this.timeout(120_000);
  let site: StormySite;
  let page: BrowserPage;

  before(async () => {
    site = await StormySite.start();
  });
  after(() => site?.stop());

  const open = async (path: string): Promise<void> => {
    page = await site.browser.open(`${site.url}${path}`);
    await page.ready();
  };
  afterEach(async () => {
    const faults = [...(await textFaults(page)), ...page.troubles];
    await page.close();
    assert.deepEqual(faults, []);
  });

  it("say it in a sentence on the overview, and lead to the client and to the finding", async () => {
    await open("/");
    const sentence = await page.driver.locator(".verdict-text").textContent();
    assert.match(sentence!, /^10\.7\.0\.9 floods the network with searches: up to 5,\d+ names\/s/);
    assert.ok(sentence!.length < 100, sentence!);
    await page.driver.getByRole("link", { name: FLOODER }).first().click();
    await page.driver.waitForURL("**/client?client=*");
    await open("/");
    await page.driver.getByRole("link", { name: "more of this storm" }).click();
    await page.driver.waitForURL("**/beacons?*searchStorm*");
  });

  it("count its names, and show some, among the findings", async () => {
    await open("/beacons?type=searchStorm");
    await page.driver.locator("summary.finding").click();
    const finding = await page.driver.locator(".happening").textContent();
    assert.match(finding!, /\d names asked for/);
    assert.doesNotMatch(finding!, /Seen/);
    assert.match(finding!, /X:/);
    await page.driver.getByRole("button", { name: "Over" }).click();
    await page.driver.getByText("Nothing of this kind was found.").waitFor();
  });
});
