/** The checks of pages, held against pages that fail them. */
import assert from "node:assert/strict";
import { FIXTURES } from "../../core/repository.js";
import { checkPages, pageFaults } from "./page-checks.js";
import { WebSite } from "./web-site.js";

const heading = "Sound page";

/** What is wrong with a page of the fixture, and how it is told. */
const FAULTY: readonly (readonly [path: string, ...told: RegExp[]])[] = [
  ["/shouts", /^console error: something is wrong \(http:/],
  ["/warns", /^console warning: something may be wrong/],
  ["/throws", /^script error: nobody caught this$/],
  ["/missing", /^console error: .*404/],
  [
    "/foreign",
    /^console error: .*ERR_CONNECTION_REFUSED/,
    /^request to another origin: http:\/\/127\.0\.0\.1:5999\/counter\.png$/,
    /^request failed \(net::ERR_CONNECTION_REFUSED\)/,
  ],
  ["/inline", /^console error: .*inline script violates/i],
  [
    "/unnamed",
    /^light: critical image-alt/,
    /^dark: critical image-alt/,
    /^phone: critical image-alt/,
  ],
  ["/pale", /^dark: serious color-contrast/],
  ["/wide", /^phone: the page is \d+ pixels too wide$/],
  ["/heavy", /^the first view takes 4\d{5} bytes, more than 300000$/],
  ["/untitled", /^the title is "pvmon", without Sound page$/],
  ["/headless", /^the heading is "Something else", not Sound page$/],
  ["/forgetful", /^the URL does not bring the page back/],
  ["/sends", /^opening it sent something: [1-9]\d* by pvmon's counters, [1-9]\d* packets seen$/],
];

describe("pages in a browser", function () {
  this.timeout(180_000);
  let site: WebSite;

  before(async () => {
    site = await WebSite.start({ outputs: [`{ use: ${FIXTURES}web-pages.js }`] });
  });
  after(() => site?.stop());

  checkPages(
    () => site,
    [
      { path: "/sound", heading },
      { path: "/sound?match=hostile", heading: /Sound/ },
    ],
  );

  for (const [path, ...told] of FAULTY) {
    it(`are at fault with what ${path} does`, async () => {
      const faults = await pageFaults(site, { path, heading });
      assert.equal(faults.length, told.length, faults.join("\n"));
      for (const each of told)
        assert.ok(
          faults.some((fault) => each.test(fault)),
          faults.join("\n"),
        );
    });
  }

  it("are at fault when the names of PVs become markup", async () => {
    const faults = await pageFaults(site, { path: "/markup", heading });
    assert.ok(
      faults.some((fault) => /^\d+ texts became markup$/.test(fault)),
      faults.join("\n"),
    );
  });

  it("are at fault when they never say that they are ready", async () => {
    const [fault] = await pageFaults(site, { path: "/never", heading });
    assert.match(fault!, /^never ready: nothing matches main\[data-ready\]$/);
  });

  it("can be used without a mouse, or are told not to be", async () => {
    const page = await site.browser.open(`${site.url}/mouse`);
    await page.tabTo("button", "Search");
    await page.tabTo("textbox", /PV/);
    await assert.rejects(page.tabTo("link", "Hosts"), /cannot be reached with Tab/);
    await assert.rejects(page.tabTo("button", "Servers"), /nothing shows that the button/);
    await page.close();
  });

  it("take their time and bytes from an empty cache", async () => {
    for (let visit = 0; visit < 2; visit++) {
      const page = await site.browser.open(`${site.url}/heavy`);
      assert.ok((await page.ready()) > 0);
      assert.ok(page.bytes > 400_000, String(page.bytes));
      await page.close();
    }
  });
});
