/** Who may do what, in a browser: logging in without a mouse, being refused in words, log-ins that end, and sites that show nobody anything. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Browser, type BrowserPage, HttpPlace, waitFor } from "../../peers/index.js";
import { PvmonProcess, URL_BASE } from "../pvmon-process.js";
import { runUserCommand } from "../pvmon-users.js";
import { overhangFaults, textFaults } from "./page-checks.js";
import { PATH_PROXY_ADDRESS, PathProxy, USER_HEADER } from "./path-proxy.js";

const PASSWORD = "correct horse";
const OTHER_PASSWORD = "battery staple";
const WAIT_MS = 10_000;
/** pvmon looks every 30 s whether those who read its stream still may. */
const NOTICE_MS = 60_000;
const LOG = "/logs?state=noted";
/** One of each page, with what it is about where it needs that. */
const EVERY_PAGE = [
  ..."/ /hosts /servers /heartbeats /linux-monitor /groups /pvs /clients /requests /events /logs".split(
    " ",
  ),
  ..."/changes /beacons /traffic /system?view=configuration /log-in /pv?name=SOME:PV".split(" "),
  ..."/host?host=10.7.0.1 /server?server=10.7.0.1:5064 /client?client=10.7.0.1".split(" "),
  ..."/heartbeat?app=0123456789abcdef /linux-host?source=IOC1".split(" "),
];

const site = (anonymous: string): string => `name: Access
access: { users: PATH/users.json, anonymous: ${anonymous} }
spool: { folder: PATH/spool }
stores: [{ use: sqlite-store, config: { path: PATH/pvmon.sqlite } }]
outputs:
  - use: http-api
    config:
      trustedProxies:
        { addresses: [${PATH_PROXY_ADDRESS}], userHeader: ${USER_HEADER}, defaultRole: operator }
  - use: web-ui
`;

describe("people in the pages", function () {
  this.timeout(120_000);
  const place = new HttpPlace([], {});
  const pvmon = new PvmonProcess(place, site("viewer"));
  let browser: Browser;
  let page: BrowserPage;

  before(async () => {
    for (const role of ["viewer", "operator", "admin"]) {
      await user(PASSWORD, "add", `the-${role}`, "--role", role);
    }
    await pvmon.start();
    browser = await Browser.start();
  });
  after(async () => {
    await browser?.stop();
    await pvmon.stop();
    pvmon.remove();
  });
  afterEach(() => page?.close());

  const entry = (text: string) => page.driver.getByRole("row").filter({ hasText: text });
  const user = (password: string | undefined, ...args: string[]) =>
    runUserCommand(place, pvmon.site, password, ...args);
  const open = async (path: string, base = URL_BASE): Promise<void> => {
    page = await browser.open(`${base}${path}`);
    await page.ready();
  };
  const button = (name: string | RegExp) => page.driver.getByRole("button", { name, exact: true });
  const logInLink = () => page.driver.getByRole("link", { name: "Log in", exact: true });
  const said = (text: string | RegExp, timeout = WAIT_MS) =>
    page.driver.getByText(text).first().waitFor({ timeout });
  const type = async (name: string, password = PASSWORD): Promise<void> => {
    await page.driver.getByLabel("Name").fill(name);
    await page.driver.getByLabel("Password").fill(password);
    await page.driver.keyboard.press("Enter");
  };
  const logIn = async (name: string, password?: string): Promise<void> => {
    await type(name, password);
    await button("Log out").waitFor();
  };
  const logInAt = async (path: string, name: string, base = URL_BASE): Promise<void> => {
    await open(path, base);
    await logInLink().click();
    await logIn(name);
    await page.ready();
  };

  describe("where anybody may look", () => {
    it("log in without a mouse, and are back where they were", async () => {
      await open("/events?severity=alarm&day=all");
      await page.tabTo("link", "Log in");
      await page.driver.keyboard.press("Enter");
      await page.driver.getByLabel("Name").and(page.driver.locator(":focus")).waitFor();
      await page.driver.keyboard.type("the-operator");
      await page.driver.keyboard.press("Tab");
      await page.driver.keyboard.type(PASSWORD);
      await page.driver.keyboard.press("Enter");
      await button("Log out").waitFor();
      await page.ready();
      assert.equal(page.driver.url(), `${URL_BASE}/events?severity=alarm&day=all`);
      await page.driver.reload();
      await page.tabTo("button", "Log out");
      await page.driver.keyboard.press("Enter");
      await said("You are logged out.");
      await logInLink().waitFor();
      assert.deepEqual(await page.driver.context().cookies(), []);
      assert.deepEqual(page.troubles, []);
    });

    it("are told alike of a wrong password and a wrong name, and may type it again", async () => {
      const told: string[] = [];
      for (const name of ["the-admin", "nobody"]) {
        await open("/log-in");
        await type(name, "wrong horse");
        told.push(String(await page.driver.getByRole("alert").textContent()));
        const focused = page.driver.getByLabel("Password").and(page.driver.locator(":focus"));
        await focused.waitFor();
        await page.driver.keyboard.type("over");
        assert.equal(await focused.inputValue(), "over");
        await page.close();
      }
      assert.deepEqual(told, Array(2).fill("there is no user with this name and password"));
    });

    it("are told how long to wait after many failures", async () => {
      await open("/log-in");
      const problem = page.driver.getByRole("alert").filter({ hasText: /try again in \d+ s/ });
      for (let attempts = 0; attempts < 8 && (await problem.count()) === 0; attempts++) {
        await type("guessed", "wrong horse");
        await button("Log in").waitFor();
      }
      const told = String(await problem.textContent());
      assert.match(told, /^too many log-ins have failed/);
      // The address has to wait, whoever logs in from it next.
      await sleep(Number(/(\d+) s$/.exec(told)?.[1]) * 1000);
    });

    it("come back to pages of pvmon only, whatever the address of the log-in says", async () => {
      for (const from of ["https://example.org/", "//example.org", "javascript:document.title=1"]) {
        await open(`/log-in?from=${encodeURIComponent(from)}`);
        await logIn("the-viewer");
        assert.equal(page.driver.url(), `${URL_BASE}/`, from);
        assert.deepEqual(page.troubles, []);
        await page.close();
      }
    });

    it("see why a viewer cannot press a button, and an operator can", async () => {
      await logInAt(LOG, "the-viewer");
      for (const [path, name] of [
        [LOG, "Add a note"],
        [LOG, "Acknowledge all"],
        ["/groups", "Make a group"],
        ["/pv?name=SOME:PV", "Search now"],
      ] as const) {
        await page.driver.goto(`${URL_BASE}${path}`);
        await page.ready();
        assert.ok(await button(name).isDisabled(), name);
        const why = await button(name).getAttribute("title");
        assert.equal(why, "Not possible: the-viewer would have to be operator for this");
      }
    });

    it("are named with what they change, among the events and in the log", async () => {
      await logInAt(LOG, "the-operator");
      await button("Add a note").click();
      await page.driver.getByRole("textbox").fill("The pump was exchanged");
      await button("Add it").click();
      await entry("The pump was exchanged").getByText("the-operator").waitFor();
      await page.driver.goto(`${URL_BASE}/events`);
      const event = page.driver.getByRole("listitem").filter({ hasText: "The pump was exchanged" });
      await event.locator("summary").last().click();
      await event.getByText("the-operator").first().waitFor();
      const [told] = await pvmon.list("/api/v1/events?type=operator.noted");
      assert.deepEqual(told?.evidence, { who: "the-operator", why: null });
      assert.deepEqual(page.troubles, []);
    });

    it("see the configuration as an admin, and as an operator why not", async () => {
      await logInAt("/system?view=configuration", "the-operator");
      await said("Only an admin sees the configuration");
      await said(/the-operator would have to be admin/);
      await button("Log out").click();
      await logInLink().click();
      await logIn("the-admin");
      await said("trustedProxies:");
      assert.deepEqual(page.troubles, []);
    });

    it("are told when their log-in ends, by what they do or by itself, and go on after another one", async () => {
      await logInAt(LOG, "the-operator");
      const idle = await page.driver.context().newPage();
      await idle.goto(`${URL_BASE}${LOG}`);
      await idle.waitForSelector("main[data-ready]");
      await user(OTHER_PASSWORD, "password", "the-operator");
      // pvmon looks at the users file once a second.
      const isOver = () =>
        page.driver.evaluate<boolean>(
          "fetch('api/v1/session').then((answer) => answer.json()).then(({ who }) => who === null)",
        );
      await waitFor("the session is over", isOver, WAIT_MS);
      await button("Add a note").click();
      await page.driver.getByRole("textbox").fill("Too late");
      await button("Add it").click();
      await page.driver.getByRole("alert").filter({ hasText: "log in" }).waitFor();
      assert.equal(await page.driver.getByRole("textbox").inputValue(), "Too late");
      await button("Cancel").click();
      await said("The log-in of the-operator has ended.");
      assert.ok(await button("Add a note").isDisabled());
      await idle.getByText("The log-in of the-operator has ended.").waitFor({ timeout: NOTICE_MS });
      await page.driver.getByRole("link", { name: "Log in again" }).click();
      await logIn("the-operator", OTHER_PASSWORD);
      assert.equal(page.driver.url(), `${URL_BASE}${LOG}`);
      await said(/names\/s$/);
      await button("Add a note").click();
      await page.driver.getByRole("textbox").fill("Seen by the stream");
      await button("Add it").click();
      await idle.getByText("Seen by the stream").waitFor({ timeout: NOTICE_MS });
      await user(PASSWORD, "password", "the-operator");
      await waitFor("pvmon knows the password that others log in with", isOver, WAIT_MS);
    });

    it("change nothing in the name of whoever has logged in in another tab without seeing it", async () => {
      await logInAt(LOG, "the-operator");
      const other = await page.driver.context().newPage();
      await other.goto(`${URL_BASE}/log-in`);
      await other.getByRole("main").getByRole("button", { name: "Log out" }).click();
      await other.getByLabel("Name").fill("the-admin");
      await other.getByLabel("Password").fill(PASSWORD);
      await other.keyboard.press("Enter");
      await other.getByRole("banner").getByText("the-admin").waitFor();
      await button("Add a note").click();
      await page.driver.getByRole("textbox").fill("The pump is loud");
      await button("Add it").click();
      await said(/Somebody else has logged in here meanwhile/);
      await page.driver.getByRole("banner").getByText("the-admin").waitFor();
      await button("Add it").click();
      const entry = page.driver.getByRole("row").filter({ hasText: "The pump is loud" });
      await entry.filter({ hasText: "the-admin" }).waitFor();
    });

    it("do it all below a path of a proxy that says https, with a cookie for https only", async () => {
      const proxy = await PathProxy.start(URL_BASE);
      try {
        await logInAt(LOG, "the-operator", proxy.url);
        assert.equal(page.driver.url(), `${proxy.url}${LOG}`);
        const [cookie] = await page.driver.context().cookies();
        assert.deepEqual(
          [cookie?.secure, cookie?.httpOnly, cookie?.sameSite],
          [true, true, "Strict"],
        );
        await button("Add a note").click();
        await page.driver.getByRole("textbox").fill("Through the proxy");
        await button("Add it").click();
        await page.driver.getByRole("cell", { name: "Through the proxy", exact: true }).waitFor();
        await page.driver.getByRole("link", { name: "Hosts" }).click();
        await page.driver.waitForURL(`${proxy.url}/hosts`);
        await page.ready();
        await page.driver.reload();
        await button("Log out").click();
        await logInLink().waitFor();
        assert.deepEqual(page.troubles, []);
      } finally {
        await page.close();
        await proxy.stop();
      }
    });

    it("are shown as text where a proxy says who they are, whatever they are called", async () => {
      const name = `<hostile-markup>${"x".repeat(150)}`;
      const proxy = await PathProxy.start(URL_BASE, name);
      try {
        await open(LOG, proxy.url);
        await said(name);
        assert.equal(await button("Log out").count(), 0);
        await button("Add a note").click();
        await page.driver.getByRole("textbox").fill("By somebody from the proxy");
        await button("Add it").click();
        await entry("By somebody from the proxy").getByText(name).waitFor();
        assert.deepEqual([...(await textFaults(page)), ...page.troubles], []);
        await page.driver.setViewportSize({ width: 390, height: 844 });
        assert.deepEqual(await overhangFaults(page), []);
      } finally {
        await page.close();
        await proxy.stop();
      }
    });
  });

  describe("where nobody may look without a name", () => {
    before(async () => {
      await pvmon.stop();
      pvmon.configure(site("none"));
      await pvmon.start();
    });

    it("are asked to log in on every page, and shown nothing else", async () => {
      await open("/");
      assert.deepEqual(await page.accessibilityFaults(), []);
      for (const path of EVERY_PAGE) {
        await page.driver.goto(`${URL_BASE}${path}`);
        await page.ready();
        await page.driver.getByRole("heading", { name: "Log in", level: 1 }).waitFor();
        await page.driver.getByLabel("Password").waitFor();
        assert.equal(await page.driver.getByRole("navigation").count(), 0, path);
        await page.driver.keyboard.press("Control+k");
        assert.equal(await page.driver.getByRole("combobox").count(), 0, path);
        assert.deepEqual(page.troubles, [], path);
      }
    });

    it("are where they wanted to go once they have logged in, and see nothing more when they log out", async () => {
      await open("/system?view=metrics");
      await page.picture("log-in-first");
      await logIn("the-viewer");
      await page.driver.getByRole("heading", { name: "System", level: 1 }).waitFor();
      await said(/names\/s$/);
      assert.equal(page.driver.url(), `${URL_BASE}/system?view=metrics`);
      await button("Log out").click();
      await page.driver.getByRole("heading", { name: "Log in", level: 1 }).waitFor();
      assert.deepEqual(page.troubles, []);
    });

    it("are shown nothing more when their log-in ends, and told that it did", async () => {
      await open("/system");
      await logIn("the-viewer");
      await user(undefined, "remove", "the-viewer");
      await said("Your log-in has ended.", NOTICE_MS);
      assert.equal(await page.driver.getByRole("navigation").count(), 0);
    });
  });
});
