/** Windows in which nothing is told: once and again and again, by the clock on the wall. */
import assert from "node:assert/strict";
import { Maintenance } from "../../../plugins/alerts/rules/maintenance.js";
import { rulesOf } from "../../../plugins/alerts/rules/rule.js";
import { configOf } from "./scene.js";

const SUBJECT = { kind: "server", name: "10.7.0.1:5064", host: "10.7.0.1" };

function covers(window: object, timeZone = "UTC", hostName: string | null = null) {
  const rules = ["servers", "pvs"].map((name) => ({ name, events: ["server.lost"] }));
  const config = configOf({ maintenance: [{ name: "w", ...window }], timeZone, rules });
  const maintenance = new Maintenance(config);
  const [servers] = rulesOf(config);
  return (time: string, subject: { kind: string; name: string; host?: string } = SUBJECT) =>
    maintenance.covers(servers!, subject, hostName, Date.parse(time));
}

describe("a maintenance window", () => {
  it("that comes once lasts from its beginning to before its end", () => {
    const isCovered = covers({
      from: "2026-12-01T06:00:00+01:00",
      to: "2026-12-01T08:00:00+01:00",
    });
    assert.equal(isCovered("2026-12-01T04:59:59Z"), false);
    assert.equal(isCovered("2026-12-01T05:00:00Z"), true);
    assert.equal(isCovered("2026-12-01T06:59:59Z"), true);
    assert.equal(isCovered("2026-12-01T07:00:00Z"), false);
  });

  it("of days of the week is meant in the time zone of the site, in summer and winter", () => {
    const tuesdays = covers({ days: ["tue"], start: "08:00", end: "12:00" }, "Europe/Berlin");
    assert.equal(tuesdays("2026-07-07T06:00:00Z"), true);
    assert.equal(tuesdays("2026-07-07T05:59:00Z"), false);
    assert.equal(tuesdays("2026-12-01T06:59:00Z"), false);
    assert.equal(tuesdays("2026-12-01T07:00:00Z"), true);
    assert.equal(tuesdays("2026-12-01T11:00:00Z"), false);
    assert.equal(tuesdays("2026-12-02T08:00:00Z"), false);
  });

  it("that ends no later than it begins goes on into the next day", () => {
    const nights = covers({ days: ["sun"], start: "22:00", end: "06:00" });
    assert.equal(nights("2026-12-06T21:59:00Z"), false);
    assert.equal(nights("2026-12-06T22:00:00Z"), true);
    assert.equal(nights("2026-12-07T05:59:00Z"), true);
    assert.equal(nights("2026-12-07T06:00:00Z"), false);
    assert.equal(nights("2026-12-07T22:30:00Z"), false);
  });

  it("without times is the whole day", () => {
    const wednesdays = covers({ days: ["wed"] });
    assert.equal(wednesdays("2026-12-02T00:00:00Z"), true);
    assert.equal(wednesdays("2026-12-02T23:59:00Z"), true);
    assert.equal(wednesdays("2026-12-03T00:00:00Z"), false);
  });

  it("is for the hosts and rules that it names", () => {
    const at = "2026-12-02T12:00:00Z";
    assert.equal(covers({ days: ["wed"], hosts: ["10.7.*"] })(at), true);
    assert.equal(covers({ days: ["wed"], hosts: ["vac*"] })(at), false);
    assert.equal(covers({ days: ["wed"], hosts: ["vac*"] }, "UTC", "VAC1.example.org")(at), true);
    assert.equal(
      covers({ days: ["wed"], hosts: ["10.7.*"] })(at, { kind: "sensor", name: "s" }),
      false,
    );
    assert.equal(covers({ days: ["wed"], rules: ["servers"] })(at), true);
    assert.equal(covers({ days: ["wed"], rules: ["pvs"] })(at), false);
  });

  for (const [window, zone, why] of [
    [{}, "UTC", /"w" needs days, or from and to/],
    [{ from: "2026-12-02T00:00:00Z", to: "2026-12-01T00:00:00Z" }, "UTC", /in this order/],
    [{ from: "2026-12-01", to: "2026-12-02" }, "UTC", /as in 2026-12-01T06:00:00\+01:00/],
    [{ days: ["mon"], from: "2026-12-01T00:00:00Z" }, "UTC", /both from and days/],
    [{ days: ["mon"] }, "Middle/Earth", /timeZone Middle\/Earth is not known/],
  ] as const) {
    it(`has to make sense: ${why.source}`, () => {
      assert.throws(() => covers(window, zone), why);
    });
  }
});
