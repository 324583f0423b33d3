/** A table of cases: what is expected of a host, what runs on it, and what that makes of it. */
import assert from "node:assert/strict";
import {
  type HostFacts,
  isActive,
  judgeHost,
  livenessOf,
} from "../../../../core/model/hosts/host-verdict.js";
import { DEFAULT_HOST_OPTIONS, type HostOptions } from "../../../../core/model/views.js";

type App = HostFacts["apps"][number];
type Facts = Partial<Omit<HostFacts, "options">> & { readonly options?: Partial<HostOptions> };

const app = (also: Partial<App> = {}): App => ({
  command: "softIoc st.cmd",
  directory: "/iocs/vac",
  critical: "critical",
  running: true,
  port: 5064,
  heartbeat: false,
  ...also,
});
const UP = app();
const DOWN = app({ running: false });
const LESSER = app({ command: "lesser", critical: "notCritical", port: 5066 });
const LESSER_DOWN = { ...LESSER, running: false };
const IGNORED_DOWN = app({ critical: "ignored", running: false, port: null });
const server = (port: number, state: HostFacts["servers"][number]["state"] = "alive") => ({
  port,
  state,
});

function facts({ options, ...also }: Facts): HostFacts {
  return {
    options: { ...DEFAULT_HOST_OPTIONS, ...options },
    blind: false,
    expectedPorts: [],
    expectedApps: null,
    apps: [],
    servers: [],
    hasHealth: false,
    ...also,
  };
}

const VERDICTS: readonly [string, Facts, string, (readonly string[])?][] = [
  ["nothing was ever up", {}, "unknown white"],
  ["only answers were seen of its server", { servers: [server(5064, "unknown")] }, "unknown white"],
  ["its monitor was read", { hasHealth: true }, "ok green"],
  ["a server is up", { servers: [server(5064)] }, "ok green"],
  ["a server nobody expects is lost", { servers: [server(5064, "lost")] }, "ok green"],
  ["its critical application runs", { apps: [UP] }, "ok green"],
  [
    "its critical application does not run",
    { apps: [DOWN, LESSER] },
    "error red",
    ["softIoc st.cmd in /iocs/vac does not run"],
  ],
  [
    "an application without a directory does not run",
    { apps: [app({ running: false, directory: "" })] },
    "error red",
    ["softIoc st.cmd does not run"],
  ],
  ["an application that is not critical runs", { apps: [UP, LESSER] }, "ok darkGreen"],
  ["one that is not critical does not", { apps: [UP, LESSER_DOWN] }, "ok darkGreen"],
  ["one that is ignored does not run", { apps: [UP, IGNORED_DOWN] }, "ok darkGreen"],
  ["its expected port is served", { expectedPorts: [5064], servers: [server(5064)] }, "ok green"],
  [
    "its expected port is paused",
    { expectedPorts: [5064], servers: [server(5064, "paused")] },
    "ok green",
  ],
  [
    "nobody serves its expected port",
    { expectedPorts: [5064, 5070], servers: [server(5064), server(5071)] },
    "error red",
    ["nothing serves port 5070"],
  ],
  [
    "the servers of its expected ports do not serve",
    {
      expectedPorts: [1, 2, 3, 4],
      servers: [
        server(1, "lost"),
        server(2, "stopped"),
        server(3, "unresponsive"),
        server(4, "unknown"),
      ],
    },
    "error red",
    [
      "the server is lost at port 1",
      "the server was stopped at port 2",
      "the server does not respond at port 3",
      "no beacon was ever heard of the server at port 4",
    ],
  ],
  [
    "its expected port is served at another of its addresses",
    { expectedPorts: [5064], servers: [server(5064, "lost"), server(5064)] },
    "ok green",
  ],
  [
    "as many applications run as have to, whichever",
    {
      options: { monitorAppCount: true },
      expectedApps: 2,
      expectedPorts: [6000],
      apps: [UP, LESSER, app({ running: false, command: "gone" })],
      servers: [server(5064), server(5066)],
    },
    "ok darkGreen",
  ],
  [
    "fewer applications run than have to",
    {
      options: { monitorAppCount: true },
      expectedApps: 3,
      apps: [UP, DOWN],
      servers: [server(5064)],
    },
    "error red",
    ["1 of 3 expected applications runs"],
  ],
  [
    "servers that nobody could name make up the number",
    {
      options: { monitorAppCount: true },
      expectedApps: 3,
      apps: [UP],
      servers: [server(5064), server(40_000), server(40_001), server(40_001), server(7, "lost")],
    },
    "ok green",
  ],
  [
    "nobody said how many have to run",
    { options: { monitorAppCount: true }, apps: [DOWN] },
    "ok green",
  ],
  [
    "it is being developed on",
    { options: { development: true }, apps: [DOWN] },
    "development blue",
  ],
  ["it is being worked at", { options: { maintenance: true }, apps: [DOWN] }, "maintenance orange"],
  [
    "it is being developed on and worked at",
    { options: { maintenance: true, development: true }, apps: [DOWN] },
    "development blue",
  ],
  [
    "pvmon is blind",
    { blind: true, apps: [DOWN], options: { development: true } },
    "unknown white",
  ],
  [
    "it is out of service, also while pvmon is blind",
    { options: { decommissioned: true, maintenance: true }, blind: true, apps: [DOWN] },
    "decommissioned gray",
  ],
  [
    "it is hidden, and in error all the same",
    { options: { hidden: true }, apps: [DOWN] },
    "error red",
    ["softIoc st.cmd in /iocs/vac does not run"],
  ],
];

const LIVENESS: readonly [string, Facts, string][] = [
  ["nothing is known of it", {}, "unknown"],
  ["a server is up", { servers: [server(1, "lost"), server(2)] }, "alive"],
  ["a server sends beacons and answers nothing", { servers: [server(1, "unresponsive")] }, "alive"],
  [
    "its heartbeats beat",
    { apps: [app({ heartbeat: true })], servers: [server(1, "lost")] },
    "alive",
  ],
  [
    "all servers are lost",
    { servers: [server(1, "lost"), server(2, "lost"), server(3, "unknown")] },
    "lost",
  ],
  [
    "all servers and heartbeats are lost",
    { apps: [app({ heartbeat: true, running: false })], servers: [server(1, "lost")] },
    "lost",
  ],
  ["its only heartbeat is lost", { apps: [app({ heartbeat: true, running: false })] }, "lost"],
  ["applications without heartbeats say nothing", { apps: [DOWN] }, "unknown"],
  ["one server was stopped", { servers: [server(1, "lost"), server(2, "stopped")] }, "unknown"],
];

const ACTIVE: readonly [string, Facts, boolean][] = [
  ["nothing", {}, false],
  ["an expected port", { expectedPorts: [5064] }, true],
  ["a critical application", { apps: [DOWN] }, true],
  ["one that is not critical", { apps: [LESSER_DOWN] }, true],
  ["an ignored one that runs", { apps: [{ ...IGNORED_DOWN, running: true }] }, false],
  ["a live server", { servers: [server(1)] }, true],
  ["a lost server", { servers: [server(1, "lost")] }, false],
  ["a live server, hidden", { servers: [server(1)], options: { hidden: true } }, false],
  [
    "a live server, decommissioned",
    { servers: [server(1)], options: { decommissioned: true } },
    false,
  ],
  ["a live server, in maintenance", { servers: [server(1)], options: { maintenance: true } }, true],
];

describe("a host of which", () => {
  for (const [what, case_, expected, problems = []] of VERDICTS) {
    it(`${what} is ${expected}`, () => {
      const verdict = judgeHost(facts(case_));
      assert.equal(`${verdict.state} ${verdict.colour}`, expected);
      assert.deepEqual(verdict.problems, problems);
    });
  }
});

describe("the liveness of a host when", () => {
  for (const [what, case_, expected] of LIVENESS) {
    it(`${what} is ${expected}`, () => assert.equal(livenessOf(facts(case_)), expected));
  }
});

describe("a host with", () => {
  for (const [what, case_, expected] of ACTIVE) {
    it(`${what} is ${expected ? "" : "not "}active`, () =>
      assert.equal(isActive(facts(case_)), expected));
  }
});
