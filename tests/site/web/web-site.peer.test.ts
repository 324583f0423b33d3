/** The sites that pages are shown of: they have to have all that pages can show, or nobody would see what is missing. */
import assert from "node:assert/strict";
import type { Item, PvmonProcess } from "../pvmon-process.js";
import {
  HOSTILE_DESCRIPTION,
  HOSTILE_GROUP,
  HOSTILE_HEARTBEAT,
  HOSTILE_NOTES,
  HOSTILE_PVS,
} from "./hostile.js";
import { HOSTILE_CLIENT, HOSTILE_HOST } from "./hostile-peers.js";
import { WebSite } from "./web-site.js";

describe("the site that pages are shown of", function () {
  this.timeout(180_000);
  let site: WebSite;
  let pvmon: PvmonProcess;

  before(async () => {
    site = await WebSite.start({ outputs: [] });
    pvmon = site.pvmon;
  });
  after(() => site?.stop());

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
    const listed = await pvmon.list(`/api/v1/heartbeats/${beat!.app}/pvs`);
    assert.ok(listed.every(({ name }) => String(name).startsWith(prefix)));
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
