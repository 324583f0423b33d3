/** What pages are tested with, held to its word: the site that has all that a page can show, and checks that can fail. */
import assert from "node:assert/strict";
import { FIXTURES } from "../../core/repository.js";
import type { Item, PvmonProcess } from "../pvmon-process.js";
import {
  HOSTILE_DESCRIPTION,
  HOSTILE_GROUP,
  HOSTILE_HEARTBEAT,
  HOSTILE_NOTES,
  HOSTILE_PVS,
} from "./hostile.js";
import { HOSTILE_CLIENT, HOSTILE_HOST } from "./hostile-peers.js";
import { checkPages, pageFaults, reloadFaults } from "./page-checks.js";
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
  ["/turned", /^a text turns others round: "\u202egnp\.exe"$/],
  ["/runs", /^1 links are no links to pages$/],
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

  describe("are shown of a site that", () => {
    let pvmon: PvmonProcess;

    before(() => {
      pvmon = site.pvmon;
    });

    const total = async (path: string): Promise<number> => Number((await pvmon.get(path)).total);

    it("has PVs in every state, and servers, hosts and heartbeats alive and lost", async () => {
      for (const state of ["online", "lost", "neverAnswered"]) {
        assert.ok((await total(`/api/v1/pvs?state=${state}`)) > 0, state);
      }
      for (const state of ["alive", "lost"]) {
        assert.ok((await total(`/api/v1/servers?state=${state}`)) > 0, state);
      }
      assert.equal(await total("/api/v1/heartbeats?lost=false"), 3);
      for (const list of ["hosts", "apps", "clients", "events", "groups", "logs", "anomalies"]) {
        assert.ok((await total(`/api/v1/${list}`)) > 0, list);
      }
    });

    it("has the names that are made to do harm, online, byte for byte", async () => {
      const pvs = await pvmon.list("/api/v1/pvs?match=X:");
      const online = pvs.filter(({ state }) => state === "online").map(({ name }) => name);
      assert.deepEqual(
        HOSTILE_PVS.filter((name) => !online.includes(name)),
        ["__proto__"],
      );
      for (const name of HOSTILE_PVS) {
        const pv = await pvmon.get(`/api/v1/pvs/${encodeURIComponent(name)}`);
        assert.deepEqual([pv.name, pv.state], [name, "online"]);
      }
      const client = await pvmon.get(`/api/v1/clients/${HOSTILE_CLIENT}`);
      assert.ok(Number(client.searches) >= HOSTILE_PVS.length);
    });

    it("has a heartbeat, a description, a group and notes that are made to do harm", async () => {
      const [beat] = await pvmon.list(`/api/v1/heartbeats?host=${HOSTILE_HOST}`);
      const { image, command, directory, pvs } = beat!;
      const { img, stcmd, cwd, prefix } = HOSTILE_HEARTBEAT;
      assert.deepEqual([image, command, directory, pvs], [img, stcmd, cwd, 5]);
      const listed = (await pvmon.get(`/api/v1/heartbeats/${beat!.app}/pvs`)).items as string[];
      assert.ok(listed.every((name) => name.startsWith(prefix)));
      const host = await pvmon.get(`/api/v1/hosts/${HOSTILE_HOST}`);
      assert.equal(host.description, HOSTILE_DESCRIPTION);
      const groups = await pvmon.list("/api/v1/groups");
      assert.ok(groups.some(({ name }) => name === HOSTILE_GROUP));
      const notes = (await pvmon.list(`/api/v1/logs?host=${HOSTILE_HOST}`)).map(({ text }) => text);
      for (const note of HOSTILE_NOTES) {
        assert.ok(notes.includes(note), JSON.stringify(notes));
      }
    });

    it("is sent nothing by pvmon until somebody asks for it", async () => {
      const [{ name }] = (await pvmon.list("/api/v1/pvs?state=online")) as [Item];
      const [{ app }] = (await pvmon.list("/api/v1/heartbeats")) as [Item];
      const pages = await pvmon.pages({
        name: String(name),
        server: `${HOSTILE_HOST}:25064`,
        host: HOSTILE_HOST,
        port: "25064",
        client: HOSTILE_CLIENT,
        "groups/id": "active",
        id: String(app),
        app: String(app),
        source: "no-monitor",
      });
      const before = await site.sent.untilNow();
      for (const page of pages) await pvmon.text(page);
      assert.deepEqual(await site.sent.untilNow(), before);
      await pvmon.post(`/api/v1/pvs/${encodeURIComponent(String(name))}/search`);
      const after = await site.sent.untilNow();
      assert.ok(after.counted > before.counted && after.seen > before.seen, JSON.stringify(after));
    });
  });

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

  it("are the same after a reload only when their URL says all", async () => {
    const page = await site.browser.open(`${site.url}/sound`);
    await page.ready();
    await page.driver.getByLabel("PV").fill("SR0?:*");
    await page.driver.getByRole("button", { name: "Search" }).click();
    await page.driver.waitForURL("**/sound?match=*");
    await page.ready();
    assert.deepEqual(await reloadFaults(page), []);
    await page.driver.getByLabel("PV").fill("typed and not searched");
    assert.match(String(await reloadFaults(page)), /does not bring the page back/);
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
