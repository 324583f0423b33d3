/** The site of a million PVs: that it has them, in every state that passive watching can tell. */
import assert from "node:assert/strict";
import { FIXTURES } from "../../core/repository.js";
import { MILLION, MILLION_STATES, millionName } from "./million-capture.js";
import { MillionSite } from "./million-site.js";

describe("a site of a million PVs", function () {
  this.timeout(180_000);
  let site: MillionSite;

  before(async () => {
    site = await MillionSite.start({ outputs: [`{ use: ${FIXTURES}web-pages.js }`] });
  });
  after(() => site?.stop());

  it("has a million names, answered, asked for in vain and unverified", async () => {
    const { counts } = await site.pvmon.get("/api/v1/status");
    const { total, online, neverAnswered, unverified } = (counts as { pvs: Counts }).pvs;
    assert.equal(total, MILLION);
    assert.deepEqual({ online, neverAnswered, unverified }, MILLION_STATES);
    const { items } = await site.pvmon.get("/api/v1/servers?limit=100");
    assert.equal((items as unknown[]).length, 50);
    assert.equal((await site.pvmon.get("/api/v1/clients?limit=1")).total, 200);
  });

  it("shows some of them in a browser", async () => {
    const name = millionName(MILLION - 1);
    const page = await site.browser.open(`${site.url}/sound?match=${name}`);
    await page.ready();
    assert.deepEqual(await page.driver.locator("li").allTextContents(), [name]);
    assert.deepEqual(page.troubles, []);
    await page.close();
  });
});

interface Counts {
  readonly total: number;
  readonly online: number;
  readonly neverAnswered: number;
  readonly unverified: number;
}
