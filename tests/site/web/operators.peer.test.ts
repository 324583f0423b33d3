/** What operators do with buttons on the pages of PVs, servers, applications, monitors and the log, and what pvmon has of it then. */
import assert from "node:assert/strict";
import { Browser, type BrowserPage, waitFor } from "../../peers/index.js";
import type { Item } from "../pvmon-process.js";
import { ABSENT, GAUGE, INVALID, MONITORED, OperatorsSite, PVS } from "./operators-site.js";

const WAIT_MS = 30_000;
/** The names that are none, as they are shown. */
const SHOWN = INVALID.map((name) => name.replace("\u0007", "\\x07"));
const WHY = "because a test wants it";

describe("operators at their pages", function () {
  this.timeout(120_000);
  const site = new OperatorsSite();
  const { pvmon } = site;
  let browser: Browser;
  let page: BrowserPage;

  before(async () => {
    await site.start();
    browser = await Browser.start();
  });
  after(async () => {
    await browser?.stop();
    await site.stop();
  });
  afterEach(async () => {
    const { troubles } = page;
    await page.close();
    assert.deepEqual(troubles, []);
  });

  const open = async (path: string): Promise<void> => {
    page = await browser.open(`http://127.0.0.1:5073${path}`);
    await page.ready();
  };
  const button = (name: string | RegExp) =>
    page.driver.getByRole("button", { name, exact: true }).first();
  const said = (text: string | RegExp) => page.driver.getByText(text).first().waitFor();
  const isSoon = (what: string, check: () => Promise<boolean>) => waitFor(what, check, WAIT_MS);
  const answer = async (yes: string): Promise<void> => {
    const dialog = page.driver.getByRole("dialog");
    await dialog.waitFor();
    const reason = dialog.getByLabel(/^Why/);
    if ((await reason.count()) > 0) await reason.fill(WHY);
    await dialog.getByRole("button", { name: yes, exact: true }).click();
  };
  /** Presses it and says yes, with a reason. */
  const press = async (name: string, yes: string): Promise<void> => {
    await button(name).click();
    await answer(yes);
  };
  /** The events tell of the change, and why. */
  const isTold = (change: string): Promise<unknown> =>
    isSoon("the change is told", async () => {
      const changes = await pvmon.list("/api/v1/events?type=operator.changed");
      const told = changes.map(({ evidence }) => evidence as Item);
      return told.some((evidence) => evidence.change === change && evidence.why === WHY);
    });
  const isGone = async (path: string): Promise<boolean> => (await pvmon.ask(path)).status === 404;
  const note = async (text: string, pending: boolean, host?: string): Promise<void> => {
    await pvmon.post("/api/v1/logs", { text, pending, ...(host !== undefined && { host }) });
  };
  const pending = async (query = ""): Promise<number> =>
    Number((await pvmon.get(`/api/v1/logs?state=pending${query}`)).total);
  const entry = (text: string) => page.driver.getByRole("row").filter({ hasText: text });
  const choose = async (text: string): Promise<void> => {
    await entry(text).getByRole("checkbox").check();
  };

  it("see which process holds the port that a client asks from", async () => {
    await open(`/pv?name=${PVS[0]}`);
    await button(`Which process holds port 40001 of ${GAUGE.host}`).click();
    await said(/^\/usr\/bin\/procServ --noautorestart -n gauge 40001/);
    await said(/process 41001 in \/iocs\/gauge/);
    await button(/^Which process holds port \d+ of 127\.2/).click();
    await said("not in a process map");
  });

  it("forget a PV from its own page, with the reason in the record", async () => {
    await open(`/pv?name=${ABSENT}`);
    await press("Forget", "Forget");
    await said("The PV is forgotten.");
    await page.driver.waitForURL("**/pvs");
    await isTold("forgetPvs");
    const { requests } = await pvmon.ask(`/api/v1/pvs/${ABSENT}`).then(({ body }) => body as Item);
    assert.ok(requests === undefined || Number(requests) < 3, "it began anew, or is gone");
  });

  it("forget names that are no names, with blanks, quotes and brackets in them", async () => {
    await open("/pvs?state=invalid");
    for (const name of SHOWN) await entry(name).first().waitFor();
    await button(`Select all ${INVALID.length}`).click();
    await button("Forget selected").click();
    const listed = page.driver.getByRole("dialog").getByRole("listitem");
    await listed.first().waitFor();
    const asked = await listed.allTextContents();
    assert.deepEqual(asked.sort(), SHOWN.toSorted());
    await answer("Forget");
    await said(`Forgotten: ${INVALID.length} of ${INVALID.length} PVs`);
  });

  it("search for a name that is not known, and are told that nobody answers", async () => {
    await open("/pv?name=GAUGE:NOBODY");
    await button("Search now").click();
    await said(/^Nobody answered/);
  });

  it("read the monitor of a host now, and cannot forget one that is active", async () => {
    await open(`/linux-host?source=${MONITORED.source}`);
    const before = await pvmon.get(`/api/v1/health/${MONITORED.source}`);
    assert.equal(await button("Forget").isDisabled(), true);
    await button("Read now").click();
    await said("Read.");
    // Only a reading of all values has it.
    await page.driver.getByRole("row").filter({ hasText: "RELEASE" }).waitFor();
    const after = await pvmon.get(`/api/v1/health/${MONITORED.source}`);
    assert.ok(String(after.at) > String(before.at));
  });

  it("acknowledge entries that they choose, and no others, by name", async () => {
    for (const text of ["Pump one", "Pump two"]) await note(text, true, GAUGE.host);
    const before = await pending();
    await open("/logs?state=pending");
    await choose("Pump one");
    await button("Acknowledge 1").click();
    await said("1 acknowledged.");
    await entry("Pump one").waitFor({ state: "detached" });
    assert.equal(await pending(), before - 1);
    await open(`/host?host=${GAUGE.host}`);
    await entry("Pump one")
      .getByText(/^by loopback/)
      .waitFor();
  });

  it("acknowledge all of a host, and then all of the site", async () => {
    await note("Of the other host", true, MONITORED.host);
    await open(`/host?host=${GAUGE.host}`);
    await press("Acknowledge all", "Acknowledge all");
    await isSoon("its own are", async () => (await pending(`&host=${GAUGE.host}`)) === 0);
    assert.ok((await pending()) > 0, "those of others wait");
    await open("/logs");
    await press("Acknowledge all", "Acknowledge all");
    await isSoon("all are", async () => (await pending()) === 0);
  });

  it("take entries out of the log, which stay among the events", async () => {
    await note("Wrong host, sorry", false, GAUGE.host);
    await open("/logs");
    await choose("Wrong host, sorry");
    await press("Take out of the log", "Take them out");
    await said("Taken out of the log.");
    await entry("Wrong host, sorry").waitFor({ state: "detached" });
    const events = await pvmon.list("/api/v1/events?type=operator.noted");
    assert.ok(events.some(({ text }) => String(text).includes("Wrong host, sorry")));
  });

  it("expect as many applications as run, and count them instead of naming them", async () => {
    await open(`/host?host=${GAUGE.host}`);
    await button(/^As many as run now/).click();
    await said("1 application is expected.");
    await page.driver.getByLabel(/^Only count applications/).check();
    await button("Apply").click();
    await said("The settings are changed.");
    const { expectedApps, options } = await pvmon.get(`/api/v1/hosts/${GAUGE.host}`);
    assert.deepEqual([expectedApps, (options as Item).monitorAppCount], [1, true]);
    await page.driver.getByLabel("At least").fill("");
    await button("Set").click();
    await said("The expected number is changed.");
  });

  it("hide a host from the wall, and let its new applications be critical or not", async () => {
    await open(`/host?host=${GAUGE.host}`);
    await page.driver.getByLabel(/^Hidden/).check();
    await page.driver.getByLabel(/^New applications are critical/).uncheck();
    await button("Apply").click();
    await said("The settings are changed.");
    const { options } = await pvmon.get(`/api/v1/hosts/${GAUGE.host}`);
    const { hidden, newAppsCritical } = options as Item;
    assert.deepEqual([hidden, newAppsCritical], [true, false]);
    await page.driver.goto("http://127.0.0.1:5073/hosts");
    await page.ready();
    assert.equal(await page.driver.locator(`a[href*="${GAUGE.host}"]`).count(), 0);
  });

  it("write descriptions and notes of several lines, which stay lines", async () => {
    await open(`/host?host=${MONITORED.host}`);
    await button("Edit the description").click();
    await page.driver.getByRole("dialog").getByRole("textbox").fill("Gauges\nCall 3456");
    await button("Keep it").click();
    await said("The description is changed.");
    const description = page.driver.locator(".host-description");
    assert.equal(await description.textContent(), "Gauges\nCall 3456");
    await button("Add a note").click();
    await page.driver.getByRole("dialog").getByRole("textbox").fill("Exchanged\nby us");
    await button("Add it").click();
    assert.equal(
      await page.driver
        .getByText(/^Exchanged\s/)
        .first()
        .textContent(),
      "Exchanged\nby us",
    );
  });

  it("forget an application once it does not run, and not before", async () => {
    await open(`/host?host=${GAUGE.host}`);
    const forget = page.driver.locator("#applications").getByRole("button", { name: "Forget" });
    assert.equal(await forget.isDisabled(), true);
    assert.equal(await forget.getAttribute("title"), "It runs: it would come back at once");
    await site.simulated.kill(GAUGE.label);
    const apps = () => pvmon.list(`/api/v1/apps?host=${GAUGE.host}&critical=critical,notCritical`);
    await isSoon("it is lost", async () => (await apps())[0]?.running === false);
    await page.driver.reload();
    await page.ready();
    await forget.click();
    await answer("Forget it");
    await said("The application is forgotten.");
    assert.deepEqual(await apps(), []);
  });

  it("forget a server, and then the host that it was on", async () => {
    await open(`/server?server=${GAUGE.server}`);
    await press("Forget", "Forget it");
    await said(`${GAUGE.server} is forgotten.`);
    await page.driver.waitForURL("**/servers");
    assert.ok(await isGone(`/api/v1/servers/${GAUGE.server}`));
    await page.driver.goto(`http://127.0.0.1:5073/host?host=${GAUGE.host}`);
    await page.ready();
    await page.driver.locator("#settings").getByRole("button", { name: "Forget" }).click();
    await answer("Forget it");
    await said(`${GAUGE.host} is forgotten.`);
    await page.driver.waitForURL("**/hosts");
    assert.ok(await isGone(`/api/v1/hosts/${GAUGE.host}`));
    await isTold("forgetHost");
  });

  it("forget a monitor that nothing was read from for long", async () => {
    await site.loseMonitor();
    await open("/linux-monitor");
    await page.driver.getByText("0 active, 1 lost").waitFor();
    await press("Forget", "Forget it");
    await said(`The monitor of ${MONITORED.source} is forgotten.`);
    await page.driver.getByText("No host has a monitor of its own yet").waitFor();
    assert.ok(await isGone(`/api/v1/health/${MONITORED.source}`));
  });
});
