/** The pages behind nginx, below a path and under a name of the site's own, as plugins/web-ui/README.md says. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ROOT } from "../../core/repository.js";
import { type BrowserPage, HttpPlace, Nginx } from "../../peers/index.js";
import { runUserCommand } from "../pvmon-users.js";
import { MAX_BYTES } from "./first-views.js";
import { SMALL, SmallSite } from "./small-site.js";

const PORT = 8073;
const PATH = "/lab/pvmon/";
/** Browsers take every name below `localhost` for this machine. */
const HOST = `control.localhost:${PORT}`;
const BASE = `http://${HOST}${PATH}`;
const PASSWORD = "correct horse";
const PAGES = [
  ..." hosts servers pvs clients requests events logs groups beacons heartbeats".split(" "),
  ..."linux-monitor traffic changes system log-in".split(" "),
  `host?host=${SMALL.server}`,
  `server?server=${SMALL.server}:5064`,
  `client?client=${SMALL.client}`,
];

/** The lines for nginx, as people copy them. */
function documented(): string {
  const readme = readFileSync(`${ROOT}plugins/web-ui/README.md`, "utf8");
  const [, lines] = /```nginx\n([^`]+)```/.exec(readme) ?? [];
  assert.ok(lines !== undefined, "the README has lines for nginx");
  return lines;
}

describe("the pages behind nginx", function () {
  this.timeout(120_000);
  let site: SmallSite;
  let nginx: Nginx;
  let page: BrowserPage | undefined;

  before(async () => {
    site = await SmallSite.start({
      outputs: ["{ use: web-ui }"],
      more: "access: { users: PATH/users.json }\n",
      http: "{ hostNames: [control.localhost], trustedProxies: { addresses: [127.0.0.1] } }",
    });
    const place = new HttpPlace([], {});
    await runUserCommand(place, site.pvmon.site, PASSWORD, "add", "anna", "--role", "operator");
    nginx = await Nginx.start(PORT, documented());
  });
  after(async () => {
    await nginx?.stop();
    await site?.stop();
  });
  afterEach(async () => {
    await page?.close();
    page = undefined;
  });

  const open = async (path: string): Promise<BrowserPage> => {
    page = await site.browser.open(BASE + path);
    await page.ready();
    return page;
  };

  it("are all there, and lead to nowhere else", async () => {
    for (const path of PAGES) {
      const opened = await open(path);
      const links = await opened.driver.evaluate<string[]>(
        "[...document.querySelectorAll('a[href]')].map((link) => link.href)",
      );
      assert.ok(links.length > 0, path);
      assert.deepEqual(
        links.filter((link) => !link.startsWith(BASE)),
        [],
        path,
      );
      assert.deepEqual(opened.troubles, [], path);
      assert.ok(opened.bytes <= MAX_BYTES, `${path} takes ${opened.bytes} bytes`);
      await opened.close();
    }
  });

  it("are found without the slash at the end of the path", async () => {
    page = await site.browser.open(BASE.slice(0, -1));
    await page.ready();
    assert.equal(page.driver.url(), BASE);
  });

  it("hear what happens as it happens", async () => {
    const { driver } = await open("pvs");
    await driver.locator(".pulse-dot").waitFor();
  });

  it("are logged in to, changed, and logged out of", async () => {
    const { driver } = await open("logs");
    await driver.getByRole("link", { name: "Log in" }).click();
    await driver.getByLabel("Name").fill("anna");
    await driver.getByLabel("Password").fill(PASSWORD);
    await driver.keyboard.press("Enter");
    await driver.getByRole("button", { name: "Log out" }).waitFor();
    assert.equal(new URL(driver.url()).pathname, `${PATH}logs`);
    const changed = await driver.evaluate<number>(`fetch("api/v1/session")
      .then((answer) => answer.json())
      .then(({ csrfToken }) => fetch("api/v1/logs", {
        method: "POST",
        headers: { "content-type": "application/json", "x-csrf-token": csrfToken },
        body: JSON.stringify({ text: "through nginx", why: "a test" }),
      }))
      .then(({ status }) => status)`);
    assert.equal(changed, 200);
    await driver.getByText("through nginx").first().waitFor();
    await driver.getByRole("button", { name: "Log out" }).click();
    await driver.getByRole("link", { name: "Log in" }).waitFor();
  });

  it("give away lists as files", async () => {
    const { driver } = await open("pvs");
    const link = driver.getByRole("link", { name: /CSV/ }).first();
    const [download] = await Promise.all([driver.waitForEvent("download"), link.click()]);
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\r\n");
    assert.equal(lines.length, SMALL.pvs + 1);
  });

  it("are refused under a name that is none of the site's", async () => {
    page = await site.browser.open(`http://elsewhere.localhost:${PORT}${PATH}`);
    assert.match((await page.driver.textContent("body")) ?? "", /does not go by that name/);
  });
});
