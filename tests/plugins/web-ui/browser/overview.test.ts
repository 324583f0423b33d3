import assert from "node:assert/strict";
import type { EventType } from "../../../../plugins/web-ui/browser/api/types.js";
import { goneOf, todayOf } from "../../../../plugins/web-ui/browser/pages/overview/today.js";
import {
  type SiteFacts,
  verdictOf,
} from "../../../../plugins/web-ui/browser/pages/overview/verdict.js";

const WELL: SiteFacts = {
  ready: true,
  blind: false,
  failed: [],
  degraded: [],
  hosts: 12,
  hostsInError: { total: 0, names: [] },
  aliveServers: 14,
  goneToday: [],
  storm: null,
  openFindings: 0,
  pendingLogs: 0,
};

describe("the sentence about the site", () => {
  it("says that it is well, and how much of it there is", () => {
    assert.deepEqual(verdictOf(WELL), {
      tone: "ok",
      text: "The site is well: 14 servers on 12 hosts are up.",
      also: [],
    });
  });

  it("names the hosts in error, and how many more there are", () => {
    const names = ["a", "b", "c", "d"];
    const { tone, text } = verdictOf({ ...WELL, hostsInError: { total: 5, names } });
    assert.equal(tone, "alarm");
    assert.equal(text, "5 of 12 hosts are in error: a, b, c and 2 more.");
    assert.equal(
      verdictOf({ ...WELL, hostsInError: { total: 1, names: ["a"] } }).text,
      "1 of 12 hosts is in error: a.",
    );
  });

  it("puts a failed plugin and blindness before what may follow from them", () => {
    const { text, also } = verdictOf({
      ...WELL,
      failed: ["ca-sniffer"],
      blind: true,
      hostsInError: { total: 1, names: ["a"] },
    });
    assert.equal(text, "pvmon itself is not well: ca-sniffer failed.");
    assert.match(also[0] ?? "", /cannot tell what is lost/);
    assert.match(also[1] ?? "", /^1 of 12 hosts is in error/);
  });

  it("tells what was lost today and has not come back", () => {
    const one = verdictOf({ ...WELL, goneToday: ["ioc-7"] });
    assert.deepEqual([one.tone, one.text], ["warning", "ioc-7 stopped answering today."]);
    const two = verdictOf({ ...WELL, goneToday: ["ioc-7", "ioc-8"] });
    assert.equal(two.text, "ioc-7 and ioc-8 stopped answering today.");
  });

  it("tells of a storm of searches in a short sentence, whatever its names are", () => {
    const storm = { client: "10.7.0.100", peakNamesPerSecond: 5210.5, usualNamesPerSecond: 12.25 };
    const { tone, text } = verdictOf({ ...WELL, storm });
    assert.equal(tone, "warning");
    assert.equal(
      text,
      "10.7.0.100 floods the network with searches: up to 5,211 names/s, usually 12.3.",
    );
    const many = verdictOf({ ...WELL, storm: { ...storm, client: null } });
    assert.match(many.text, /^Several clients flood the network/);
  });

  it("mentions what waits for somebody without calling it a trouble", () => {
    const { tone, also } = verdictOf({ ...WELL, openFindings: 1, pendingLogs: 1200 });
    assert.equal(tone, "ok");
    assert.deepEqual(also, [
      "1 finding of bad beacons is open.",
      "1,200 log entries wait to be acknowledged.",
    ]);
  });

  it("does not call a site well that it knows nothing of", () => {
    assert.doesNotMatch(verdictOf({ ...WELL, hosts: 0, aliveServers: 0 }).text, /is well/);
    assert.equal(verdictOf({ ...WELL, ready: false }).tone, "info");
  });
});

let lastId = 0;
/** At a minute of the day. */
function event(type: EventType, minute: number, subject: string, host: string) {
  const at = new Date(Date.UTC(2026, 10, 28, 0, minute)).toISOString();
  const server = type.startsWith("server.") ? subject : null;
  return { id: String(++lastId), at, type, subject, text: "", host, server, app: null };
}

const newestFirst = (events: readonly ReturnType<typeof event>[]) =>
  events.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));

describe("what was lost and restarted today", () => {
  it("is one line for one thing, however often it happened", () => {
    const restarts = Array.from({ length: 50 }, (_, minute) =>
      event("server.restarted", minute, "10.7.0.5:5064", "10.7.0.5"),
    );
    const lines = todayOf(newestFirst(restarts));
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.restarts, 50);
    assert.equal(lines[0]?.isGone, false);
    assert.equal(lines[0]?.latest.at, "2026-11-28T00:49:00.000Z");
  });

  it("has what is still gone first, and says what came back", () => {
    const lines = todayOf(
      newestFirst([
        event("server.lost", 1, "10.7.0.1:5064", "10.7.0.1"),
        event("server.lost", 2, "10.7.0.2:5064", "10.7.0.2"),
        event("server.returned", 9, "10.7.0.2:5064", "10.7.0.2"),
      ]),
    );
    assert.deepEqual(
      lines.map(({ subject, isGone, losses }) => [subject, isGone, losses]),
      [
        ["10.7.0.1:5064", true, 1],
        ["10.7.0.2:5064", false, 1],
      ],
    );
  });

  it("leaves out what only came, or came back from before", () => {
    assert.deepEqual(todayOf([event("server.returned", 1, "10.7.0.1:5064", "10.7.0.1")]), []);
  });

  it("names a machine that is gone once, and none whose trouble is told already", () => {
    const lines = todayOf(
      newestFirst([
        event("server.lost", 1, "10.7.0.1:5064", "10.7.0.1"),
        event("host.lost", 2, "10.7.0.1", "10.7.0.1"),
        event("app.lost", 3, "00ff", "10.7.0.1"),
        event("server.lost", 4, "10.7.0.2:5064", "10.7.0.2"),
        event("server.lost", 5, "10.7.0.3:5064", "10.7.0.3"),
      ]),
    );
    assert.deepEqual(
      goneOf(lines, ["10.7.0.3"]).map(({ subject }) => subject),
      ["10.7.0.2:5064", "10.7.0.1"],
    );
  });
});
