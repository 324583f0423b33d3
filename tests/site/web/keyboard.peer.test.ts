/** What people have of the pages who use a keyboard and listen. */
import assert from "node:assert/strict";
import type { BrowserPage } from "../../peers/index.js";
import { SMALL, SmallSite } from "./small-site.js";

const FOCUSED = `document.activeElement?.tagName + ": " + document.activeElement?.textContent`;

describe("somebody without a mouse", function () {
  this.timeout(180_000);
  let site: SmallSite;
  let page: BrowserPage;

  before(async () => {
    site = await SmallSite.start({ outputs: ["{ use: web-ui }"] });
  });
  after(() => site?.stop());
  afterEach(async () => {
    const { troubles } = page;
    await page.close();
    assert.deepEqual(troubles, []);
  });

  const open = async (path: string): Promise<BrowserPage["driver"]> => {
    page = await site.browser.open(`${site.url}/${path}`);
    await page.ready();
    return page.driver;
  };
  const focused = () => page.driver.evaluate<string>(FOCUSED);
  const heading = (name: string) =>
    page.driver
      .getByRole("heading", { level: 1, name, exact: true })
      .and(page.driver.locator(":focus"));

  it("begins at the top of the document, and on another page at its heading", async () => {
    const driver = await open("servers");
    assert.match(await focused(), /^BODY/);
    await page.tabTo("link", "Clients");
    await driver.keyboard.press("Enter");
    await heading("Clients").waitFor();
    assert.match(await driver.title(), /^Clients · /);
    await page.tabTo("grid", /clients/i);
    await driver.keyboard.press("ArrowDown");
    await driver.keyboard.press("Enter");
    await heading(SMALL.client).waitFor();
    await driver.goBack();
    await heading("Clients").waitFor();
    await driver.keyboard.press("Control+k");
    await driver.keyboard.type(SMALL.server);
    await driver.getByRole("option", { name: SMALL.server }).first().waitFor();
    await driver.keyboard.press("Enter");
    await heading(SMALL.server).waitFor();
  });

  it("stays in a field that filters the page", async () => {
    const driver = await open("servers");
    await page.tabTo("link", "PVs");
    await driver.keyboard.press("Enter");
    await heading("PVs").waitFor();
    await page.tabTo("searchbox", /./);
    await driver.keyboard.type("VAC");
    await driver.waitForURL("**/pvs?match=VAC*");
    assert.match(await focused(), /^INPUT/);
  });

  it("reaches a button that cannot be used, and is told why", async () => {
    const driver = await open("logs");
    await page.tabTo("button", "Acknowledge selected");
    const button = driver.getByRole("button", { name: "Acknowledge selected", disabled: true });
    assert.equal(await button.getAttribute("title"), "Choose entries that wait for it");
    await driver.keyboard.press("Enter");
    await driver.getByRole("status").getByText("Choose entries that wait for it").waitFor();
  });
});
