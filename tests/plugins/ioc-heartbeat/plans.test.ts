/** When which application is asked for its PVs, and which for the processes of its host. */
import assert from "node:assert/strict";
import { FakeClock } from "pvmon/testkit";
import { ListPlan } from "../../../plugins/ioc-heartbeat/asking/list-plan.js";
import { MapPlan } from "../../../plugins/ioc-heartbeat/asking/map-plan.js";
import type { Heartbeat } from "../../../plugins/ioc-heartbeat/heartbeat.js";
import { Senders } from "../../../plugins/ioc-heartbeat/senders.js";
import { inventoryOf } from "./support/inventory.js";
import { heartbeat } from "./support/simulated-sender.js";

const HOST = 0x0a070001;
const HOUR_MS = 3_600_000;

class Site {
  readonly clock = new FakeClock();
  readonly senders = new Senders(this.clock);
  unexplained: string[] = [];
  readonly #heard = new Map<string, () => void>();

  /** A heartbeat, repeated by {@link pass}. */
  hear(changes: Partial<Heartbeat> = {}, ip = HOST) {
    const beat = heartbeat(changes);
    const hear = () => this.senders.heard(beat, { ip, port: 40_000 })!;
    this.#heard.set(`${ip}:${beat.serverPort}`, hear);
    return hear();
  }

  /** Time goes by while all send heartbeats. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    for (const hear of this.#heard.values()) hear();
  }

  lists(config: object = {}): ListPlan {
    const defaults = {
      enabled: true,
      everyHours: 24,
      minSeconds: 60,
      version3: false,
      maxNames: 100,
    };
    return new ListPlan({ ...defaults, ...config }, this.clock, this.senders);
  }

  maps(config: object = {}): MapPlan {
    const defaults = { enabled: true, everyHours: 6, minSeconds: 60, maxLines: 100 };
    const inventory = inventoryOf(() => this.unexplained);
    return new MapPlan({ ...defaults, ...config }, this.clock, this.senders, inventory);
  }
}

describe("the plan of PV lists", () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });

  it("has an application read at once when it is new, then a day later", async () => {
    const plan = site.lists();
    const { sender } = site.hear();
    assert.equal(plan.next(), sender);
    plan.begun(sender);
    assert.equal(plan.next(), undefined);
    plan.ended(sender, true);
    await site.pass(23 * HOUR_MS);
    assert.equal(plan.next(), undefined);
    await site.pass(HOUR_MS);
    assert.equal(plan.next(), sender);
  });

  it("has a restarted one read again, a minute after the last time at the earliest", async () => {
    const plan = site.lists();
    const { sender } = site.hear();
    plan.begun(sender);
    plan.ended(sender, true);
    await site.pass(10_000);
    const restart = site.hear({ sequence: 1 });
    assert.equal(restart.news, "restarted");
    plan.restarted(sender);
    assert.equal(plan.next(), undefined);
    await site.pass(50_000);
    assert.equal(plan.next(), sender);
  });

  it("has a restarted one read before all that are heard of later, however many", async () => {
    const plan = site.lists({ minSeconds: 1 });
    const { sender } = site.hear();
    plan.begun(sender);
    plan.ended(sender, true);
    await site.pass(5000);
    site.hear({ sequence: 1 });
    plan.restarted(sender);
    await site.pass(1);
    site.hear({ serverPort: 9 });
    assert.equal(plan.next(), sender);
  });

  it("waits longer and longer with one that does not answer to the end", async () => {
    const plan = site.lists();
    const { sender } = site.hear();
    for (const minutes of [5, 10, 20]) {
      plan.begun(sender);
      plan.ended(sender, false);
      await site.pass(minutes * 60_000 - 1);
      assert.equal(plan.next(), undefined, `${minutes}`);
      await site.pass(1);
      assert.equal(plan.next(), sender, `${minutes}`);
    }
  });

  it("leaves out version 3, busy and silent ones, and takes first who has waited longest", async () => {
    const plan = site.lists();
    const { sender: third } = site.hear({ version: "3.0", serverPort: 1 });
    const { sender: busy } = site.hear({ serverPort: 2 });
    busy.isBusy = true;
    assert.equal(plan.next(), undefined);
    const { sender: late } = site.hear({ serverPort: 3 });
    late.listDueAt = 50;
    const { sender: early } = site.hear({ serverPort: 4 });
    early.listDueAt = 20;
    await site.pass(100);
    assert.equal(plan.next(), early);
    await site.clock.advance(100_001);
    assert.equal(plan.next(), undefined);
    assert.equal(site.lists({ enabled: false }).next(), undefined);
    site.hear({ version: "3.0", serverPort: 1 });
    assert.equal(site.lists({ version3: true }).next(), third);
  });
});

describe("the plan of process maps", () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });

  it("has a host read that has servers of no known application, and no other before hours have passed", async () => {
    const plan = site.maps();
    const { sender } = site.hear();
    site.unexplained = ["10.7.0.2:5064"];
    assert.equal(plan.next(), undefined);
    site.unexplained = ["10.7.0.1:5064"];
    await site.pass(5000);
    assert.equal(plan.next(), sender);
    plan.begun(sender);
    site.unexplained = [];
    plan.ended(sender, true);
    await site.pass(6 * HOUR_MS - 1);
    assert.equal(plan.next(), undefined);
    await site.pass(5000);
    assert.equal(plan.next(), sender);
  });

  it("has every host read once, a while after it was first heard, and those with unknown servers before", async () => {
    const plan = site.maps();
    const { sender } = site.hear();
    const { sender: other } = site.hear({ serverPort: 5070 }, HOST + 1);
    assert.equal(plan.next(), undefined);
    await site.pass(299_000);
    assert.equal(plan.next(), undefined);
    await site.pass(1000);
    assert.equal(plan.next(), sender);
    site.unexplained = ["10.7.0.2:5070"];
    await site.pass(5000);
    assert.equal(plan.next(), other);
    plan.begun(other);
    site.unexplained = [];
    plan.ended(other, true);
    assert.equal(plan.next(), sender);
    plan.begun(sender);
    plan.ended(sender, true);
    await site.pass(6 * HOUR_MS - 1);
    assert.equal(plan.next(), undefined);
  });

  it("has a map that was cut short read again within minutes, later and later, though nothing is unknown", async () => {
    const plan = site.maps();
    const { sender } = site.hear();
    for (const minutes of [2, 4, 8]) {
      plan.begun(sender);
      plan.ended(sender, false);
      await site.pass(minutes * 60_000 - 1);
      assert.equal(plan.next(), undefined, `${minutes}`);
      await site.pass(minutes * 60_000 + 1);
      assert.equal(plan.next(), sender, `${minutes}`);
    }
    plan.begun(sender);
    plan.ended(sender, true);
    await site.pass(6 * HOUR_MS - 1);
    assert.equal(plan.next(), undefined);
  });

  it("waits a minute for news, and twice as long again for what a map did not explain", async () => {
    const plan = site.maps();
    const { sender } = site.hear();
    site.unexplained = ["10.7.0.1:5064"];
    const seconds: number[] = [];
    for (let round = 0; round < 4; round++) {
      plan.begun(sender);
      plan.ended(sender, true);
      let waited = 0;
      for (; plan.next() === undefined; waited += 5) await site.pass(5000);
      seconds.push(waited);
    }
    assert.deepEqual(seconds, [60, 120, 240, 480]);
    plan.begun(sender);
    plan.ended(sender, true);
    site.unexplained = ["10.7.0.1:5064", "10.7.0.1:5070"];
    await site.pass(55_000);
    assert.equal(plan.next(), undefined);
    await site.pass(5000);
    assert.equal(plan.next(), sender);
  });

  it("asks version 2 only, the host's monitor first, and another one when that fails again and again", async () => {
    const plan = site.maps();
    site.unexplained = ["10.7.0.1:5064"];
    site.hear({ version: "1.1", serverPort: 1 });
    site.hear({ version: "3.0", serverPort: 2 });
    assert.equal(plan.next(), undefined);
    const { sender: plain } = site.hear({ serverPort: 3 });
    const { sender: monitor } = site.hear({ serverPort: 4 });
    monitor.isHostMonitor = true;
    const asked: number[] = [];
    for (let round = 0; round < 5; round++) {
      await site.pass(6 * HOUR_MS);
      const sender = plan.next()!;
      asked.push(sender.serverPort);
      plan.begun(sender);
      plan.ended(sender, sender === plain);
    }
    assert.deepEqual(asked, [4, 4, 4, 3, 3]);
  });
});
