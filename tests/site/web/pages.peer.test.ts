/** Every page of web-ui, on a site that has all that it can show. */
import assert from "node:assert/strict";

import { HOSTILE_PVS } from "./hostile.js";
import { HOSTILE_CLIENT, HOSTILE_HOST } from "./hostile-peers.js";
import { checkPages, type PageCheck } from "./page-checks.js";
import { HEARTBEAT_APP, MONITORED_HOST, WebSite } from "./web-site.js";

const SERVER = `${HOSTILE_HOST}:25064`;

const PAGES: readonly PageCheck[] = [
  { path: "/", heading: "Overview" },
  { path: "/hosts", heading: "Hosts" },
  { path: "/hosts?group=all&by=group", heading: "Hosts" },
  { path: "/hosts?group=all&view=wide", heading: "Hosts" },
  { path: "/hosts?group=all&view=table", heading: "Hosts" },
  { path: `/host?host=${HOSTILE_HOST}`, heading: /./ },
  { path: "/servers", heading: "Servers" },
  { path: `/server?server=${SERVER}`, heading: SERVER },
  { path: "/pvs", heading: "PVs" },
  { path: `/pv?name=${encodeURIComponent(HOSTILE_PVS[0]!)}`, heading: /./ },
  { path: "/clients", heading: "Clients" },
  { path: `/client?client=${HOSTILE_CLIENT}`, heading: /./ },
  { path: "/requests", heading: "Latest requests" },
  { path: "/events", heading: "Events" },
  { path: "/logs", heading: "Log" },
  { path: "/groups", heading: "Groups" },
  { path: "/beacons", heading: "Beacons" },
  { path: "/heartbeats", heading: "Heartbeats" },
  { path: `/heartbeat?app=${HEARTBEAT_APP}`, heading: /vacuum-1/ },
  { path: "/linux-monitor", heading: "Linux monitor" },
  { path: `/linux-host?source=${MONITORED_HOST}`, heading: MONITORED_HOST },
  { path: "/traffic", heading: "Traffic" },
  { path: "/changes", heading: "Changes" },
  { path: "/system", heading: "System" },
  { path: "/log-in", heading: "Log in" },
  // Of things that are not there, or cannot be.
  { path: "/pv?name=no:such", heading: "no:such" },
  { path: "/host?host=10.99.0.1", heading: "10.99.0.1" },
  { path: "/host?host=no%20such", heading: "no such" },
  { path: "/server?server=10.99.0.1:5064", heading: "10.99.0.1:5064" },
  { path: "/server?server=nonsense", heading: "nonsense" },
  { path: "/client?client=10.99.0.1", heading: "10.99.0.1" },
  { path: "/requests?client=10.99.0.1", heading: "Latest requests" },
  { path: "/heartbeat?app=00000000000000ff", heading: "Heartbeat" },
  { path: "/linux-host?source=NOSUCH", heading: /NOSUCH/ },
];
/** Of them, which send as little as one. */
const VIEWS = 100;
const TABS = 4;

describe("the pages of web-ui", function () {
  this.timeout(180_000);
  let site: WebSite;

  before(async () => {
    site = await WebSite.start({ outputs: ["{ use: web-ui }"] });
  });
  after(() => site?.stop());

  checkPages(() => site, PAGES);

  it("send nothing in a hundred views, nor while something is looked for", async () => {
    const before = await site.sent.untilNow();
    const { driver, close } = await openedTabs();
    const paths = Array.from({ length: VIEWS }, (_, n) => PAGES[n % PAGES.length]!.path);
    await Promise.all(
      driver.map(async (tab, n) => {
        for (const path of paths.filter((_, index) => index % TABS === n)) {
          await tab.goto(`${site.url}${path}`);
          await tab.waitForSelector("main[data-ready]", { state: "attached" });
        }
      }),
    );
    const [tab] = driver;
    await tab?.keyboard.press("Control+k");
    await tab?.keyboard.type(HOSTILE_HOST.slice(0, 5));
    await tab?.getByRole("option").first().waitFor();
    await close();
    assert.deepEqual(await site.sent.untilNow(), before);
  });

  const openedTabs = async () => {
    const page = await site.browser.open(`${site.url}/log-in`);
    const context = page.driver.context();
    const others = Array.from({ length: TABS - 1 }, () => context.newPage());
    return { driver: [page.driver, ...(await Promise.all(others))], close: () => page.close() };
  };
});
