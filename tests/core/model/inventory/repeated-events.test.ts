/** What comes again and again in the life of something is told within a budget, and all of it is accounted for. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { EventDraft, EventType } from "../../../../core/model/event.js";
import { RepeatedEvents } from "../../../../core/model/inventory/repeated-events.js";
import { DELIVERY_MS } from "../../../../core/model/lateness.js";
import { heartbeatSeen } from "../apps/app-site.js";
import { beacon, START, sensorReport, WatchedInventory } from "./inventory-site.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

function draft(at: number, type: EventType, subject: string): EventDraft {
  return { at, type, severity: "warning", subject, text: `${subject} ${type}`, evidence: {} };
}

interface Told extends EventDraft {
  /** Notices at that moment. */
  readonly noticed: number;
}

/** Events, with the seconds between them. */
class Watched {
  readonly told: Told[] = [];
  readonly events: RepeatedEvents;
  noticed = 0;
  #secondAt = 0;

  constructor(options?: ConstructorParameters<typeof RepeatedEvents>[1]) {
    this.events = new RepeatedEvents(
      (event) => this.told.push({ ...event, noticed: this.noticed }),
      options,
    );
  }

  notice(at: number, subject = "a", type: EventType = "server.restarted"): void {
    this.noticed++;
    this.events.noticed(draft(at, type, subject), at);
  }

  advance(at: number): void {
    while (this.#secondAt + SECOND <= at) {
      this.#secondAt += SECOND;
      this.events.tick(this.#secondAt);
    }
  }

  feed(notices: readonly { at: number; subject?: string; type?: EventType }[]): this {
    for (const { at, subject, type } of notices) {
      this.advance(at);
      this.notice(at, subject, type);
    }
    return this;
  }
}

function numberOf(events: readonly EventDraft[], key: string): number {
  return events.reduce((sum, { evidence }) => sum + Number(evidence[key] ?? 0), 0);
}

describe("events that come again and again", () => {
  it("are all told, at once and unchanged, as long as they are few", () => {
    const site = new Watched();
    site.feed(Array.from({ length: 30 }, (_, index) => ({ at: index * MINUTE })));
    assert.equal(site.told.length, 30);
    assert.deepEqual(
      site.told.map(({ at, noticed, ...event }) => [at, noticed, event.text, event.evidence]),
      site.told.map((_, index) => [index * MINUTE, index + 1, "a server.restarted", {}]),
    );
  });

  it("are told once a minute from the eleventh on, with how many were not", () => {
    const site = new Watched();
    site.feed(Array.from({ length: 241 }, (_, index) => ({ at: index * 15 * SECOND })));
    site.advance(2 * 60 * MINUTE);
    assert.equal(site.told.length, 10 + 60 + 1);
    const { evidence, text } = site.told.at(-2)!;
    assert.deepEqual(evidence, { eventsNotTold: 3, restartsNotTold: 3 });
    assert.match(text, /, after 3 more that were only counted$/);
    assert.equal(site.told.at(-1)?.at, 60 * MINUTE);
  });

  it("end with the latest, so that a loss that lasts is told", () => {
    const site = new Watched();
    const flapping = Array.from({ length: 41 }, (_, index) => ({
      at: index * SECOND,
      type: index % 2 === 0 ? ("server.lost" as const) : ("server.returned" as const),
    }));
    site.feed(flapping).advance(5 * MINUTE);
    const last = site.told.at(-1)!;
    assert.deepEqual([last.at, last.type], [40 * SECOND, "server.lost"]);
    assert.deepEqual(last.evidence, { eventsNotTold: 30, returnsNotTold: 15 });
  });

  it("of one subject leave the others alone", () => {
    const site = new Watched();
    for (let index = 0; index < 1_000; index++) site.notice(index, "noisy");
    site.notice(1_000, "quiet");
    assert.equal(site.told.at(-1)?.subject, "quiet");
    assert.equal(site.told.length, 11);
  });

  it("of very many subjects have one budget, and each has its turn", () => {
    const site = new Watched({ overallBurst: 100, overallEveryMs: 100 });
    const subjects = Array.from({ length: 2_000 }, (_, index) => `s${index}`);
    for (const subject of subjects) site.notice(1, subject, "server.lost");
    assert.equal(site.told.length, 100);
    site.advance(10 * SECOND);
    assert.ok(site.told.length <= 200, `${site.told.length}`);
    site.advance(10 * MINUTE);
    assert.deepEqual(
      site.told.map(({ subject }) => subject),
      subjects,
    );
  });

  it("of more subjects than can be kept are counted all the same", () => {
    const site = new Watched({ maxSubjects: 10, overallBurst: 5, overallEveryMs: MINUTE });
    for (let index = 0; index < 100; index++) site.notice(1, `s${index}`);
    site.advance(60 * MINUTE);
    const untold = numberOf(site.told, "eventsOfOthersNotTold");
    assert.equal(site.told.length + untold, 100);
    assert.equal(site.told.length, 15);
  });

  const notice = fc.record({
    afterMs: fc.oneof(fc.nat(100), fc.nat(20 * SECOND), fc.nat(3 * MINUTE)),
    subject: fc.constantFrom("a", "b", "c"),
    type: fc.constantFrom<EventType>("server.restarted", "server.lost", "server.returned"),
  });
  const notices = fc.array(notice, { maxLength: 150 }).map((all) => {
    let at = 0;
    return all.map(({ afterMs, ...rest }) => {
      at += afterMs;
      return { at, ...rest };
    });
  });
  const tight = { burst: 3, overallBurst: 50 };

  it("add up, whatever comes when, and nobody has more than the budget", () => {
    fc.assert(
      fc.property(notices, (all) => {
        const site = new Watched(tight).feed(all);
        const endAt = (all.at(-1)?.at ?? 0) + 5 * MINUTE;
        site.advance(endAt);
        assert.equal(site.told.length + numberOf(site.told, "eventsNotTold"), all.length);
        for (const kind of ["restart", "return"]) {
          const of = (event: { type?: EventType }): boolean => event.type?.includes(kind) ?? false;
          const told = site.told.filter(of).length + numberOf(site.told, `${kind}sNotTold`);
          assert.equal(told, all.filter(of).length);
        }
        for (const subject of ["a", "b", "c"]) {
          const told = site.told.filter((event) => event.subject === subject);
          assert.ok(told.length <= tight.burst + endAt / MINUTE + 1);
          const last = all.findLast((each) => each.subject === subject);
          assert.equal(told.at(-1)?.at, last?.at);
        }
      }),
    );
  });

  it("are the same when the seconds pass before what happened in them is delivered", () => {
    fc.assert(
      fc.property(notices, fc.integer({ min: 50, max: DELIVERY_MS }), (all, deliveryMs) => {
        const endAt = (all.at(-1)?.at ?? 0) + 5 * MINUTE;
        const byData = new Watched(tight).feed(all);
        byData.advance(endAt);
        const live = new Watched(tight);
        let next = 0;
        for (let at = 0; at <= endAt; at += deliveryMs) {
          live.advance(at);
          while (next < all.length && all[next]!.at <= at) {
            const { at: noticedAt, subject, type } = all[next++]!;
            live.notice(noticedAt, subject, type);
          }
        }
        live.advance(endAt);
        const plain = (told: readonly Told[]) => told.map(({ noticed, ...event }) => event);
        assert.deepEqual(plain(live.told), plain(byData.told));
      }),
    );
  });
});

describe("forged restarts", () => {
  const COUNT = 20_000;
  const EVERY_MS = 10;
  const minutes = Math.ceil((COUNT * EVERY_MS) / MINUTE);

  function settled(site: WatchedInventory): WatchedInventory {
    for (let ms = COUNT * EVERY_MS; ms <= COUNT * EVERY_MS + 3 * MINUTE; ms += SECOND) {
      site.fold(sensorReport(START + ms));
    }
    return site;
  }

  it("of an application flood neither the events nor the log, and all are counted", () => {
    const site = new WatchedInventory();
    for (let index = 0; index < COUNT; index++) {
      site.fold(heartbeatSeen(index * EVERY_MS, { sequence: 0, upSeconds: 0, pid: 1000 + index }));
    }
    settled(site);
    const told = site.events.filter(({ type }) => type.startsWith("app."));
    assert.ok(told.length <= 10 + minutes + 5, `${told.length} events`);
    const restarts = told.filter(({ type }) => type === "app.restarted").length;
    assert.equal(restarts + numberOf(told, "restartsNotTold"), COUNT - 1);
    const [app] = site.listApps({ limit: 1 }).items;
    assert.equal(site.heartbeat(app!.id)?.restarts, COUNT - 1);
  });

  it("of a server neither", () => {
    const site = new WatchedInventory();
    for (let index = 0; index < COUNT; index++) {
      // Each pair is the beginning of another counter.
      const first = (COUNT - (index >> 1)) * 1000;
      site.fold(beacon(START + index * EVERY_MS, first + (index & 1)));
    }
    settled(site);
    const told = site.events.filter(({ type }) => type.startsWith("server."));
    assert.ok(told.length <= 10 + minutes + 5, `${told.length} events`);
    const [server] = site.listServers({ limit: 1 }).items;
    assert.ok(server!.restarts > COUNT / 3, `${server!.restarts} restarts`);
    const restarts = told.filter(({ type }) => type === "server.restarted").length;
    assert.equal(restarts + numberOf(told, "restartsNotTold"), server!.restarts);
  });
});
