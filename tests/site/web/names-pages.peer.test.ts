/** The pages of PVs, clients and requests, as somebody uses them: with real packets, and mostly without a mouse. */
import assert from "node:assert/strict";
import type { BrowserPage } from "../../peers/index.js";
import type { Item } from "../pvmon-process.js";
import { HOSTILE_PVS, RIGHT_TO_LEFT } from "./hostile.js";
import { checkPages, overhangFaults, reloadFaults, textFaults } from "./page-checks.js";
import { WebSite } from "./web-site.js";

const NO_SUCH_PV = "NO:SUCH:PV";
const HOSTILE = `<hostile-markup>${RIGHT_TO_LEFT}javascript:document.title=1`;
/** It shows what it is for, or why not. */
const SETTLED = "main[data-ready], main [role=alert]";
/** What somebody could send a link to, with a text of theirs in it. */
const HOSTILE_ADDRESSES = [
  ..."pv?name= pvs?match= pvs?server= host?host= hosts?group= hosts?match= server?server=".split(
    " ",
  ),
  ..."servers?match= client?client= clients?match= requests?by=client&client= heartbeat?app=".split(
    " ",
  ),
  ..."heartbeats?match= heartbeats?host= linux-host?source= linux-monitor?match= events?type=".split(
    " ",
  ),
  ..."events?pv= events?day= events?host= logs?host= logs?state= groups?edit= beacons?state=".split(
    " ",
  ),
  ..."traffic?client= traffic?range= traffic?from= traffic?view= changes?from= system?view=".split(
    " ",
  ),
  ..."system?view=metrics&match= log-in?from=".split(" "),
];

describe("the pages of PVs and clients", function () {
  this.timeout(180_000);
  let site: WebSite;
  let page: BrowserPage;
  let online: string;

  before(async () => {
    site = await WebSite.start({ outputs: ["{ use: web-ui }"] });
    const pvs = await site.pvmon.list("/api/v1/pvs?state=online&sort=requests&order=desc");
    // Names of a heartbeat are online, too, and have no server that answers for them.
    online = String(pvs.find((pv) => pv.duplicate === false && pv.invalid === false)?.name);
  });
  after(() => site?.stop());
  afterEach(() => page?.close());

  const open = async (path: string): Promise<BrowserPage> => {
    page = await site.browser.open(`${site.url}${path}`);
    await page.ready();
    return page;
  };
  const pvPath = (name: string): string => `/pv?name=${encodeURIComponent(name)}`;

  checkPages(
    () => site,
    [
      { path: "/pvs?state=lost&sort=requests&order=desc", heading: "PVs" },
      { path: "/pvs?match=zzz*&server=127.0.0.1:5064", heading: "PVs" },
      { path: "/requests?by=client&live=off", heading: "Latest requests" },
    ],
  );

  it("find names by a part, a glob and an expression, say which, and keep it in the address", async () => {
    const { driver } = await open("/pvs");
    const kinds = [
      [online, /contain this/],
      [`${online.slice(0, -1)}?`, /Whole names/],
      [`/^${online}$/`, /regular expression \(RE2\) is found/],
    ] as const;
    for (const [typed, hint] of kinds) {
      await driver.keyboard.press("/");
      await driver.keyboard.press("Control+a");
      await driver.keyboard.type(typed);
      await driver.locator(".pattern-hint").filter({ hasText: hint }).waitFor();
      await driver.getByRole("row").filter({ hasText: online }).waitFor();
      await driver.locator("h1").click();
    }
    assert.deepEqual(await reloadFaults(page), []);
  });

  it("say below the box what is wrong with an expression", async () => {
    const { driver } = await open("/pvs?syntax=regex");
    await driver.getByRole("searchbox").fill("BL(");
    const problem = driver.getByRole("alert");
    await problem.waitFor();
    assert.match(String(await problem.textContent()), /missing closing \): `BL\(`/);
  });

  it("open the row that was gone to with the keys", async () => {
    const { driver } = await open(`/pvs?match=${encodeURIComponent(online)}`);
    await driver.getByRole("row").filter({ hasText: online }).waitFor();
    await page.tabTo("grid", "PVs");
    await driver.keyboard.press("ArrowDown");
    await driver.keyboard.press("Enter");
    await driver.waitForURL("**/pv?name=*");
    await driver.goBack();
    await driver.getByRole("row").filter({ hasText: online }).waitFor();
  });

  it("forget the PVs that were selected with the keys, once somebody has said yes", async () => {
    const { driver } = await open("/pvs?state=lost");
    const [lost] = (await site.pvmon.list("/api/v1/pvs?state=lost")) as [Item];
    await driver
      .getByRole("row")
      .filter({ hasText: String(lost.name) })
      .waitFor();
    await page.tabTo("grid", "PVs");
    await driver.keyboard.press("ArrowDown");
    await driver.keyboard.press("Space");
    await driver.getByText("1 selected").waitFor();
    await driver.getByRole("button", { name: "Forget selected" }).click();
    const question = driver.getByRole("dialog", { name: "Forget this PV?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    assert.equal((await site.pvmon.get(`/api/v1/pvs/${lost.name}`)).name, lost.name);
    await driver.getByRole("button", { name: "Forget selected" }).click();
    await question.getByRole("button", { name: "Forget" }).click();
    await driver.getByText("Forgotten: 1 of 1 PVs").waitFor();
  });

  it("search the network for a PV, and ask its servers, when somebody wants it and not before", async () => {
    const { driver } = await open(pvPath(online));
    const before = await site.sent.untilNow();
    await driver.getByRole("button", { name: "Search now" }).click();
    await driver.getByText("One server answered.").waitFor();
    await driver.getByRole("button", { name: "Ask its servers" }).click();
    const said = driver.getByRole("table", { name: "What each server says of the channel" });
    await said.getByText("Has it").waitFor();
    assert.match(String(await said.textContent()), /DBF_|DBR_/);
    const after = await site.sent.untilNow();
    assert.ok(after.counted > before.counted);
  });

  it("put what the servers of a duplicate say side by side", async () => {
    const [pv] = (await site.pvmon.list("/api/v1/pvs?state=duplicate")) as [Item];
    const { driver } = await open(pvPath(String(pv.name)));
    await driver.getByText("Duplicate", { exact: true }).first().waitFor();
    await driver.getByRole("button", { name: "Ask its servers" }).click();
    const said = driver.getByRole("table", { name: "What each server says of the channel" });
    await said.getByText("Has it").nth(1).waitFor();
    const servers = await said.getByRole("columnheader").allTextContents();
    const { duplicates } = await site.pvmon.get(`/api/v1/pvs/${pv.name}`);
    assert.deepEqual(
      servers.filter((text) => text !== "").sort(),
      [...(duplicates as string[])].sort(),
    );
  });

  it("say of a name that is not known how to find out, and that nobody answered", async () => {
    const { driver } = await open(pvPath(NO_SUCH_PV));
    await driver.getByText("pvmon does not know this name").waitFor();
    await driver.getByRole("button", { name: "Search now" }).click();
    await driver.getByText(/Nobody answered \d+ searches/).waitFor();
  });

  it("take off a filter that came with a link", async () => {
    const { driver } = await open("/pvs?server=127.0.0.1:5064&state=online");
    await driver.getByText("No PV matches").waitFor();
    await driver.getByRole("button", { name: /Take off the filter.*127\.0\.0\.1:5064/ }).click();
    await driver.getByRole("row").nth(1).waitFor();
    assert.match(driver.url(), /\/pvs\?state=online$/);
  });

  it("show names that mean harm as text, on pages that stay as wide as the window", async () => {
    page = await site.browser.open(`${site.url}/pvs`, { size: "phone" });
    for (const name of HOSTILE_PVS) {
      await page.driver.goto(`${site.url}${pvPath(name)}`);
      await page.ready();
      await page.driver.getByText("Online", { exact: true }).first().waitFor();
      const faults = [
        ...(await textFaults(page)),
        ...(await overhangFaults(page)),
        ...page.troubles,
      ];
      assert.deepEqual(faults, [], name);
    }
  });

  it("ask about names that mean harm, and find them, without becoming what they say", async () => {
    const { driver } = await open("/pvs?match=X:");
    await driver.getByRole("button", { name: /^Select all/ }).click();
    await driver.getByRole("button", { name: "Forget selected" }).click();
    await driver.getByRole("dialog").getByText("X:<hostile-markup>").waitFor();
    assert.deepEqual(await textFaults(page), []);
    await driver.keyboard.press("Escape");
    await driver.keyboard.press("Control+k");
    await driver.keyboard.type("X:<host");
    await driver.getByRole("option", { name: /^X:<hostile-markup>/ }).waitFor();
    assert.deepEqual(await textFaults(page), []);
    await driver.keyboard.press("Enter");
    await driver.waitForURL("**/pv?name=*");
    await driver.keyboard.press("Control+k");
    await driver.getByRole("group", { name: "Recent" }).getByRole("option").first().waitFor();
    assert.deepEqual([...(await textFaults(page)), ...page.troubles], []);
  });

  it("say what is wrong with an address that somebody else made, and do nothing else", async () => {
    await open("/pvs");
    for (const address of HOSTILE_ADDRESSES) {
      await page.driver.goto(`${site.url}/${address}${encodeURIComponent(HOSTILE)}`);
      await page.ready(SETTLED).catch(() => assert.fail(`${address} is never ready`));
      const faults = [...(await textFaults(page)), ...(await overhangFaults(page))];
      assert.deepEqual(faults, [], address);
    }
    // That an address is refused, a browser says by itself.
    const others = page.troubles.filter((trouble) => !/status of 400/.test(trouble));
    assert.deepEqual(others, []);
  });

  it("stay as they are while somebody has stopped the latest requests", async () => {
    const { driver } = await open("/requests");
    await driver.getByRole("button", { name: "Pause" }).click();
    await driver.getByRole("button", { name: "Paused", pressed: true }).waitFor();
    assert.match(driver.url(), /live=off/);
    assert.deepEqual(await reloadFaults(page), []);
  });

  it("lead from a client to what it asks for most", async () => {
    const { driver } = await open("/requests?by=client");
    await driver.getByRole("link", { name: "its PVs" }).first().click();
    await driver.getByRole("grid", { name: "What the client asks for" }).waitFor();
    assert.match(driver.url(), /by=client&client=[\d.]+$/);
  });

  it("are found from anywhere with Ctrl-K, by name or by title, and left again with Escape", async () => {
    const { driver } = await open("/clients");
    await driver.keyboard.press("Control+k");
    const box = driver.getByRole("combobox");
    await driver.keyboard.type("zzz-nothing");
    await driver.getByText("Nothing found").waitFor();
    await driver.getByRole("option", { name: /Ask the network for exactly/ }).waitFor();
    await driver.keyboard.press("Escape");
    await box.waitFor({ state: "detached" });
    await driver.keyboard.press("Control+k");
    // Before there is an answer: what is typed counts, not what is shown.
    await driver.keyboard.type(online);
    await driver.keyboard.press("Enter");
    await driver.waitForURL(`**${pvPath(online).replace("?", "\\?")}*`);
    await driver.keyboard.press("Control+k");
    const first = driver.getByRole("group", { name: "Recent" }).getByRole("option").first();
    assert.match(String(await first.textContent()), new RegExp(`^${online}`));
    assert.equal(await box.getAttribute("aria-activedescendant"), await first.getAttribute("id"));
  });
});
