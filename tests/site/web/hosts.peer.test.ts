/** What operators do on the pages of hosts, groups and heartbeats, by mouse and by keyboard, and what pvmon has of it then. */
import assert from "node:assert/strict";
import { type BrowserPage, waitFor } from "../../peers/index.js";
import { HOSTILE_DESCRIPTION, HOSTILE_GROUP, shown } from "./hostile.js";
import { HOSTILE_HOST } from "./hostile-peers.js";
import { textFaults } from "./page-checks.js";
import { WebSite } from "./web-site.js";

/** Nothing of the site has it. */
const FREE_PORT = 7001;
const WAIT_MS = 10_000;

describe("operators on the pages of hosts", function () {
  this.timeout(180_000);
  let site: WebSite;
  let page: BrowserPage;

  before(async () => {
    site = await WebSite.start({ outputs: ["{ use: web-ui }"] });
  });
  after(() => site?.stop());
  afterEach(async () => {
    const troubles = page.troubles;
    await page.close();
    assert.deepEqual(troubles, []);
  });

  const open = async (path: string): Promise<void> => {
    page = await site.browser.open(`${site.url}${path}`);
    await page.ready();
  };
  const button = (name: string | RegExp) => page.driver.getByRole("button", { name });
  const dialog = () => page.driver.getByRole("dialog");
  const said = (text: string | RegExp) => page.driver.getByText(text).first().waitFor();
  const host = () => site.pvmon.get(`/api/v1/hosts/${HOSTILE_HOST}`);
  const optionsOf = async () => (await host()).options as Readonly<Record<string, boolean>>;
  const isSoon = (what: string, check: () => Promise<boolean>) => waitFor(what, check, WAIT_MS);

  it("read what is known of a host from its tile without a mouse, and close it with Escape", async () => {
    await open("/hosts?group=all");
    await page.tabTo("link", new RegExp(HOSTILE_HOST.replaceAll(".", "\\.")));
    const about = page.driver.getByRole("tooltip");
    assert.ok((await about.textContent())?.includes(shown(HOSTILE_DESCRIPTION)));
    await page.driver.keyboard.press("Escape");
    assert.equal(await about.count(), 0);
    await page.tabTo("button", `About ${HOSTILE_HOST}`);
    await page.driver.keyboard.press("Enter");
    await about.waitFor();
  });

  it("give the wall the whole screen, and take it back with Escape", async () => {
    await open("/hosts?group=all");
    await button("Wide view").click();
    await button("Leave the wide view").waitFor();
    assert.ok(page.driver.url().endsWith("view=wide"));
    assert.equal(await page.driver.getByRole("navigation").count(), 0);
    await page.driver.keyboard.press("Escape");
    await page.driver.getByRole("navigation").first().waitFor();
    assert.ok(page.driver.url().endsWith("/hosts?group=all"));
  });

  it("see only the hosts that they look for, and still do after a reload", async () => {
    await open("/hosts?group=all");
    await page.driver.getByRole("searchbox").fill(HOSTILE_HOST);
    await page.driver.waitForURL(/match=/);
    const tiles = page.driver.locator(".tile");
    await isSoon("one tile is left", async () => (await tiles.count()) === 1);
    await page.driver.reload();
    await page.ready();
    assert.equal(await tiles.count(), 1);
  });

  it("expect a port, see why the host is in error, and take it back", async () => {
    await open(`/host?host=${HOSTILE_HOST}`);
    const expected = page.driver.locator("#expected");
    await expected.getByLabel("Port", { exact: true }).fill(String(FREE_PORT));
    await button("Expect it").click();
    await said(`nothing serves port ${FREE_PORT}`);
    assert.equal((await host()).state, "error");
    await expected.getByRole("listitem").getByRole("button", { name: "Remove" }).click();
    await isSoon("nothing is expected", async () => String((await host()).expectedPorts) === "");
  });

  it("expect the port of a server of which nobody knows what it is, while another expects another", async () => {
    const servers = await site.pvmon.list("/api/v1/servers");
    const { host: address, server } = servers.find(({ app }) => app === null) ?? {};
    const port = Number(/\d+$/.exec(String(server)));
    const path = `/api/v1/hosts/${address}`;
    await open(`/host?host=${address}`);
    await site.pvmon.patch(path, { addExpectedPorts: [FREE_PORT], why: "another operator" });
    await button("Expect the port").first().click();
    await said(`Port ${port} is expected.`);
    const { expectedPorts } = await site.pvmon.get(path);
    assert.deepEqual(
      expectedPorts,
      [FREE_PORT, port].sort((a, b) => a - b),
    );
    await site.pvmon.patch(path, { expectedPorts: [], why: "a test has ended" });
  });

  it("call a host one for development, where nothing is an error", async () => {
    await open(`/host?host=${HOSTILE_HOST}`);
    await page.driver.getByLabel(/^Development/).check();
    await button("Apply").click();
    await said("The settings are changed.");
    assert.equal((await optionsOf()).development, true);
    await page.driver.getByLabel(/^Development/).uncheck();
    await button("Apply").click();
    await isSoon("it is none any more", async () => (await optionsOf()).development === false);
  });

  it("put a host into maintenance only when they apply it, which the host then says", async () => {
    await open(`/host?host=${HOSTILE_HOST}`);
    await page.driver.getByLabel(/^Maintenance/).check();
    assert.equal((await host()).state === "maintenance", false);
    await button("Apply").click();
    await said("Maintenance: somebody works on it, and nothing on it counts as an error.");
    assert.equal((await host()).state, "maintenance");
    await page.driver.getByLabel(/^Maintenance/).uncheck();
    await button("Apply").click();
    await isSoon("it is over", async () => (await host()).state !== "maintenance");
  });

  it("decommission a host after a question, and take it back into service", async () => {
    await open(`/host?host=${HOSTILE_HOST}`);
    await button("Decommission").click();
    await dialog().getByRole("button", { name: "Cancel" }).click();
    assert.notEqual((await host()).state, "decommissioned");
    await button("Decommission").click();
    await dialog().getByRole("button", { name: "Decommission it" }).click();
    await said(/ is decommissioned\./);
    assert.equal((await host()).state, "decommissioned");
    await button("Take back into service").click();
    await dialog().getByRole("button", { name: "Take it back" }).click();
    await isSoon("it is back", async () => (await host()).state !== "decommissioned");
  });

  it("say of an application that it is not critical, and how people call it", async () => {
    await open(`/host?host=${HOSTILE_HOST}`);
    await page.driver.getByRole("combobox", { name: /^Critical:/ }).selectOption("notCritical");
    await said("Not critical: it may run or not.");
    await button("Name it").click();
    await dialog().getByRole("textbox").fill("Gauge <reader>");
    await button("Keep it").click();
    await said("Gauge <reader>");
    const [app] = await site.pvmon.list(`/api/v1/apps?host=${HOSTILE_HOST}`);
    assert.deepEqual([app?.critical, app?.name], ["notCritical", "Gauge <reader>"]);
  });

  it("describe a host, and write notes that somebody acknowledges", async () => {
    await open(`/host?host=${HOSTILE_HOST}`);
    await button("Edit the description").click();
    const text = dialog().getByRole("textbox");
    assert.equal(await text.inputValue(), HOSTILE_DESCRIPTION);
    await text.fill(`${HOSTILE_DESCRIPTION} & more`);
    await button("Keep it").click();
    await said("The description is changed.");
    assert.equal((await host()).description, `${HOSTILE_DESCRIPTION} & more`);
    await button("Add a note").click();
    await dialog().getByRole("textbox").fill("The gauge was exchanged");
    await dialog().getByRole("checkbox").check();
    await button("Add it").dblclick();
    const note = page.driver.getByRole("cell", { name: "The gauge was exchanged", exact: true });
    await note.waitFor();
    assert.equal(await note.count(), 1);
    await button("Acknowledge all").click();
    await dialog().getByRole("button", { name: "Acknowledge all" }).click();
    await isSoon("nothing waits", async () => (await host()).pendingLogs === 0);
  });

  it("make a group, choose its hosts, rename it and delete it", async () => {
    await open("/groups");
    await button("Make a group").click();
    await dialog().getByRole("textbox").fill("Night shift");
    await button("Make it").click();
    await dialog().getByRole("heading", { name: "Members of Night shift" }).waitFor();
    await dialog().getByRole("searchbox").fill(HOSTILE_HOST);
    await button("Add all 1 shown").click();
    await dialog().getByText("1 added, 0 removed").waitFor();
    await button("Keep it").click();
    await said("Night shift: 1 added, 0 removed.");
    const group = await site.pvmon.get("/api/v1/groups/night-shift");
    assert.deepEqual(group.hosts, [HOSTILE_HOST]);
    const row = page.driver.getByRole("row", { name: /^Night shift/ });
    await row.getByRole("button", { name: "Rename" }).click();
    await dialog().getByRole("textbox").fill("Day shift");
    await button("Rename it").click();
    const renamed = page.driver.getByRole("row", { name: /^Day shift/ });
    await renamed.getByRole("button", { name: "Delete" }).click();
    await dialog().getByRole("button", { name: "Delete it" }).click();
    await renamed.waitFor({ state: "detached" });
    const names = (await site.pvmon.list("/api/v1/groups")).map(({ name }) => name);
    assert.ok(!names.includes("Day shift") && !names.includes("Night shift"));
  });

  it("ask about a group whose name means harm, and show it as text in every question", async () => {
    await open("/groups");
    const row = page.driver.getByRole("row").filter({ hasText: shown(HOSTILE_GROUP) });
    for (const name of [/^Members of /, "Rename", "Delete"]) {
      await row.getByRole("button", { name }).click();
      await dialog().getByText(shown(HOSTILE_GROUP)).first().waitFor();
      assert.deepEqual(await textFaults(page), []);
      await button("Cancel").click();
    }
    await open(`/hosts?group=all&by=group`);
    await page.driver.getByRole("heading", { name: shown(HOSTILE_GROUP) }).waitFor();
    await open(`/host?host=${HOSTILE_HOST}`);
    const membership = page.driver.locator("#groups").getByRole("listitem").first();
    await membership.getByRole("button", { name: "Remove" }).click();
    await said(`Removed from ${shown(HOSTILE_GROUP)}.`);
    assert.deepEqual(await textFaults(page), []);
    await page.driver.locator("#groups").getByRole("button", { name: "Add to it" }).waitFor();
    assert.deepEqual(await textFaults(page), []);
  });

  it("keep what another operator changed meanwhile when they choose the hosts of a group", async () => {
    const { id } = await site.pvmon.post("/api/v1/groups", { name: "Shared", hosts: [] });
    await open("/groups");
    await button("Members of Shared").click();
    await dialog().getByRole("searchbox").fill(HOSTILE_HOST);
    await button("Add all 1 shown").click();
    const other = (await site.pvmon.list("/api/v1/hosts")).find(
      ({ host }) => host !== HOSTILE_HOST,
    )!;
    await site.pvmon.patch(`/api/v1/groups/${id}`, { add: [other.host] });
    await button("Keep it").click();
    await said("Shared: 1 added, 0 removed.");
    const { hosts } = await site.pvmon.get(`/api/v1/groups/${id}`);
    assert.deepEqual([...(hosts as string[])].sort(), [other.host, HOSTILE_HOST].sort());
  });

  it("put a host into a group and take it out from the page of the host", async () => {
    await site.pvmon.post("/api/v1/groups", { name: "Vacuum crew", hosts: [] });
    await open(`/host?host=${HOSTILE_HOST}`);
    await page.driver.locator("#groups").getByRole("combobox").selectOption("vacuum-crew");
    await button("Add to it").click();
    await said("Added to Vacuum crew.");
    const members = async () => String((await site.pvmon.get("/api/v1/groups/vacuum-crew")).hosts);
    assert.equal(await members(), HOSTILE_HOST);
    const membership = page.driver.getByRole("listitem").filter({ hasText: "Vacuum crew" });
    await membership.getByRole("button", { name: "Remove" }).click();
    await said("Removed from Vacuum crew.");
    assert.equal(await members(), "");
  });

  it("find an application by its heartbeat, with the PVs that it lists", async () => {
    await open("/heartbeats");
    await page.driver.getByRole("searchbox").fill(HOSTILE_HOST);
    const row = page.driver.getByRole("row").filter({ hasText: HOSTILE_HOST });
    await row.getByRole("link").nth(1).click();
    await page.driver.getByRole("list", { name: "PVs that it lists" }).waitFor();
    const listed = page.driver.getByRole("list", { name: "PVs that it lists" });
    assert.equal(await listed.getByRole("listitem").count(), 5);
  });
});
