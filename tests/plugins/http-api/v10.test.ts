/** Version 1.0 as programs written for PV Monitor know it, without its faults. */
import assert from "node:assert/strict";
import { FakeSite, HOSTILE, NOW, type RunningApi, startApi } from "./fake-site.js";
import { APP, OTHER_APP } from "./fake-views.js";
import { sendJson } from "./requests.js";

/** 10.7.0.1 */
const IOC_ID = 0x0a07_0001;

describe("version 1.0", () => {
  const site = new FakeSite();
  let api: RunningApi;
  before(async () => {
    api = await startApi(site);
  });
  after(() => api.stop());

  const ask = (path: string) => sendJson(api.url, "GET", `/api/v1.0/${path}`);
  const apps = async (query: string): Promise<readonly string[]> => {
    const { status, json } = await ask(`heartbeats${query}`);
    assert.equal(status, 200, JSON.stringify(json));
    assert.equal(json.result_count, json.heartbeats.length);
    return json.heartbeats.map(({ app_id }: { app_id: string }) => app_id);
  };

  it("lists heartbeats in its own words, of all hosts", async () => {
    const { json } = await ask("heartbeats");
    assert.deepEqual(json, {
      version: "1.0",
      status: "OK",
      lost_flag: false,
      raw_flag: false,
      lost_count: 1,
      result_count: 2,
      heartbeats: [
        {
          heartbeat_port: 41_000,
          app_port: 5064,
          version: "2.0",
          pvs: 3,
          pid: 4711,
          image: "./one",
          command: "st.cmd",
          directory: HOSTILE,
          lost: false,
          up_time: 1270,
          last_time: NOW / 1000 - 10,
          app_id: APP,
          ioc_id: IOC_ID,
        },
        {
          heartbeat_port: 41_001,
          app_port: 5070,
          version: "1.1",
          pvs: 0,
          pid: null,
          image: "Unknown",
          command: "",
          directory: "/ioc/two",
          lost: true,
          up_time: 200,
          last_time: NOW / 1000 - 80,
          app_id: OTHER_APP,
          ioc_id: IOC_ID + 1,
        },
      ],
    });
  });

  it("finds a host by its number, an address or its name", async () => {
    for (const host of [IOC_ID, "10.7.0.1", "10.8.0.1", "ioc-one", "IOC-ONE.site.example"]) {
      assert.deepEqual(await apps(`?host=${host}`), [APP], String(host));
      const { json } = await ask(`beacons?host=${host}`);
      assert.equal(json.beacons.length, 1, String(host));
    }
  });

  it("leaves out what is not lost when asked for the lost", async () => {
    for (const lost of ["lost", "lost=", "lost=1", "lost=true"]) {
      assert.deepEqual(await apps(`?${lost}`), [OTHER_APP], lost);
    }
    for (const all of ["lost=0", "lost=false"]) {
      assert.deepEqual(await apps(`?${all}`), [APP, OTHER_APP], all);
    }
    const { json } = await ask("heartbeats?lost&host=ioc-one");
    assert.deepEqual([json.lost_flag, json.lost_count, json.heartbeats], [true, 0, []]);
  });

  it("adds the fields of the datagram when asked for them raw", async () => {
    const { json } = await ask("heartbeats?raw");
    assert.equal(json.raw_flag, true);
    assert.deepEqual(json.heartbeats[0].raw, {
      seq: "42",
      sp: "5064",
      // Ten seconds less than now, as it was when it was sent.
      up: "1260",
      cur: String(Math.round(NOW / 1000 - 12.5)),
      pid: "4711",
      cwd: HOSTILE,
      ver: "2.0",
      img: "./one",
      stcmd: "st.cmd",
    });
    const { up, cur, pid } = json.heartbeats[1].raw;
    assert.deepEqual([up, cur, pid], ["200", null, null]);
  });

  it("lists the servers that send beacons, and not those that are lost", async () => {
    const { json } = await ask("beacons?handle=-3");
    assert.deepEqual(json, {
      version: "1.0",
      status: "OK",
      handle: -3,
      beacons: [
        [
          IOC_ID,
          5064,
          {
            t: NOW / 1000 - 1,
            p: null,
            seq: 12,
            L: null,
            ival: 15_001.5,
            t_start: NOW / 1000 - 80,
            remap: false,
            cmd: HOSTILE,
            cwd: "/ioc/one",
            ai: APP,
          },
        ],
      ],
    });
  });

  it("gives back the handle, and none when none was given", async () => {
    assert.equal((await ask("heartbeats?handle=12345")).json.handle, 12_345);
    assert.ok(!("handle" in (await ask("beacons")).json));
  });

  it("says what is wrong in its own words, with a status that says it too", async () => {
    for (const [path, status, message] of [
      ["heartbeats?host=10.7.0.99", 404, /no such host/],
      ["heartbeats?host=167837797", 404, /no such host/],
      ["heartbeats?host=nobody", 404, /no such host/],
      ["heartbeats?host=4294967296", 400, /host: must be/],
      ["heartbeats?host=10.7.0", 400, /host: must be/],
      ["beacons?host=%3Cscript%3E", 400, /host: must be/],
      ["beacons?host=a%00b", 400, /host: must be/],
      ["heartbeats?handle=seven", 400, /handle/],
      ["heartbeats?lost=maybe", 400, /lost/],
      ["beacons?lost=1", 400, /no parameter lost/],
      ["caesar", 404, /nothing here/],
      ["beacons/%E9", 400, /percent-encoded/],
    ] as const) {
      const answer = await ask(path);
      assert.equal(answer.status, status, path);
      const { msg, ...rest } = answer.json;
      assert.deepEqual(rest, { api_version: "1.0", status: "ERROR" }, path);
      assert.match(msg, message, path);
    }
    const change = await sendJson(api.url, "POST", "/api/v1.0/heartbeats", {});
    assert.deepEqual([change.status, change.json.status], [405, "ERROR"]);
  });
});
