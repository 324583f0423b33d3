/** Logging in with the pages where nobody may look without a name, and what the tabs of one browser make of each other. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { Browser, type BrowserPage, Program, waitFor } from "../../peers/index.js";
import { MAIN, URL_BASE } from "../pvmon-process.js";

const HERE = { prefix: [], environment: {} };
const PASSWORD = "correct horse";
const SITE = `
name: Log-in
access: { users: users.json, anonymous: none }
stores: [{ use: sqlite-store, config: { path: pvmon.sqlite } }]
outputs: [{ use: http-api }, { use: web-ui }]
`;
const WAIT_MS = 30_000;

describe("logging in with the pages", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "pvmon-log-in-"));
  const site = join(folder, "site.yml");
  let pvmon: Program | undefined;
  let browser: Browser;
  let page: BrowserPage | undefined;

  before(async () => {
    writeFileSync(site, SITE);
    for (const name of ["anna", "berta"]) {
      const options = ["--role", "operator", "--config", site];
      const adding = new Program(HERE, [process.execPath, MAIN, "user", "add", name, ...options]);
      adding.write(PASSWORD);
      await adding.end(WAIT_MS);
    }
    pvmon = new Program(HERE, [process.execPath, MAIN, "--config", site]);
    const answers = () =>
      fetch(`${URL_BASE}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await waitFor("pvmon is ready", answers, WAIT_MS);
    browser = await Browser.start();
  });
  afterEach(() => page?.close());
  after(async () => {
    await browser?.stop();
    pvmon?.kill();
    rmSync(folder, { recursive: true });
  });

  const open = async (path: string): Promise<Page> => {
    page = await browser.open(`${URL_BASE}/${path}`);
    return page.driver;
  };
  const logIn = async (tab: Page, name: string): Promise<void> => {
    await tab.getByLabel("Name").fill(name);
    await tab.getByLabel("Password").fill(PASSWORD);
    await tab.getByRole("main").getByRole("button", { name: "Log in" }).click();
    await tab.getByRole("banner").getByText(name).waitFor();
  };
  const notLoggedIn = (tab: Page): Promise<void> =>
    tab.getByRole("heading", { name: "You are not logged in" }).first().waitFor();

  it("is asked for by every page, and leads back to it", async () => {
    const tab = await open("");
    await notLoggedIn(tab);
    await tab.goto(`${URL_BASE}/servers?state=lost`);
    await notLoggedIn(tab);
    await tab.getByRole("main").getByRole("link", { name: "Log in" }).click();
    await logIn(tab, "anna");
    await tab.waitForURL("**/servers?state=lost");
    await tab.getByRole("heading", { name: "Servers" }).waitFor();
  });

  it("lets nobody go on reading in a tab after a log-out in another", async () => {
    const tab = await open("log-in?from=system");
    await logIn(tab, "anna");
    await tab.getByRole("heading", { name: "Sensors" }).waitFor();
    const other = await tab.context().newPage();
    await other.goto(`${URL_BASE}/log-in`);
    await other.getByRole("main").getByRole("button", { name: "Log out" }).click();
    await notLoggedIn(tab);
  });

  it("lets nobody change something in another's name without seeing it", async () => {
    const tab = await open("log-in?from=logs");
    await logIn(tab, "anna");
    const other = await tab.context().newPage();
    await other.goto(`${URL_BASE}/log-in`);
    await other.getByRole("main").getByRole("button", { name: "Log out" }).click();
    await other.getByLabel("Password").waitFor();
    await logIn(other, "berta");
    await tab.getByRole("button", { name: "Add a note" }).click();
    await tab.getByLabel("What others should know").fill("The pump is loud");
    await tab.getByRole("button", { name: "Add it" }).click();
    await tab.getByText("somebody has logged in in another tab").waitFor();
    await tab.getByRole("banner").getByText("berta").waitFor();
    await tab.getByRole("button", { name: "Add it" }).click();
    await tab.getByRole("cell", { name: "berta", exact: true }).waitFor();
  });
});
