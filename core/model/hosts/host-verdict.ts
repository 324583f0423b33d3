/** How a host is, from what is expected of it and what runs on it: a function of facts and of nothing else. */
import type {
  AppView,
  HostColour,
  HostOptions,
  HostState,
  HostView,
  ServerState,
} from "../views.js";

export interface HostFacts {
  readonly options: HostOptions;
  /** Whether pvmon cannot see now. */
  readonly blind: boolean;
  readonly expectedPorts: readonly number[];
  readonly expectedApps: number | null;
  /** All, ignored ones too. */
  readonly apps: readonly Pick<
    AppView,
    "command" | "directory" | "critical" | "running" | "port" | "heartbeat"
  >[];
  /** Of all its addresses. */
  readonly servers: readonly { readonly port: number; readonly state: ServerState }[];
  /** Whether its own monitor was ever read. */
  readonly hasHealth: boolean;
}

/** Of these, what {@link isActive} goes by. */
export interface ActivityFacts extends Pick<HostFacts, "options" | "expectedPorts" | "servers"> {
  readonly apps: readonly Pick<AppView, "critical">[];
}

export type HostVerdict = Pick<HostView, "state" | "colour" | "problems">;

/** The first state that fits, in the order of what an operator needs to know first. */
export function judgeHost(facts: HostFacts): HostVerdict {
  const { decommissioned, development, maintenance } = facts.options;
  if (decommissioned) return verdict("decommissioned", "gray");
  if (facts.blind) return verdict("unknown", "white");
  if (development) return verdict("development", "blue");
  if (maintenance) return verdict("maintenance", "orange");
  const problems = problemsOf(facts);
  if (problems.length > 0) return verdict("error", "red", problems);
  if (!wasEverUp(facts)) return verdict("unknown", "white");
  const hasLesserApps = facts.apps.some(({ critical }) => critical !== "critical");
  return verdict("ok", hasLesserApps ? "darkGreen" : "green");
}

function verdict(
  state: HostState,
  colour: HostColour,
  problems: readonly string[] = [],
): HostVerdict {
  return { state, colour, problems };
}

function problemsOf(facts: HostFacts): readonly string[] {
  const { options, apps, expectedPorts } = facts;
  if (options.monitorAppCount) return appCountProblems(facts);
  const ports = expectedPorts.flatMap((port) => portProblems(port, facts));
  const down = apps.filter(({ critical, running }) => critical === "critical" && !running);
  return [...ports, ...down.map(appProblem)];
}

function portProblems(port: number, { servers }: HostFacts): readonly string[] {
  const states = servers.filter((server) => server.port === port).map(({ state }) => state);
  if (states.some(isServing)) return [];
  // With several, as at the addresses of one machine, the one that is nearest to life says most.
  const state = PORT_PROBLEMS.find(({ of }) => states.includes(of));
  return [state === undefined ? `nothing serves port ${port}` : `${state.text} port ${port}`];
}

const PORT_PROBLEMS: readonly { readonly of: ServerState; readonly text: string }[] = [
  { of: "unresponsive", text: "the server does not respond at" },
  { of: "unknown", text: "no beacon was ever heard of the server at" },
  { of: "stopped", text: "the server was stopped at" },
  { of: "lost", text: "the server is lost at" },
];

function appProblem({ command, directory }: HostFacts["apps"][number]): string {
  const name = command === "" ? "an application without a command" : command;
  return directory === "" ? `${name} does not run` : `${name} in ${directory} does not run`;
}

function appCountProblems(facts: HostFacts): readonly string[] {
  const expected = facts.expectedApps ?? 0;
  const running = runningApps(facts);
  if (running >= expected) return [];
  return [`${running} of ${expected} expected applications ${running === 1 ? "runs" : "run"}`];
}

/** A server that is no known application is one that nobody could name yet. */
function runningApps({ apps, servers }: HostFacts): number {
  const running = apps.filter((app) => app.running);
  const ports = new Set(servers.filter(({ state }) => isServing(state)).map(({ port }) => port));
  for (const { port } of running) if (port !== null) ports.delete(port);
  return running.length + ports.size;
}

function wasEverUp({ apps, servers, hasHealth }: HostFacts): boolean {
  return hasHealth || apps.length > 0 || servers.some(({ state }) => state !== "unknown");
}

function isServing(state: ServerState): boolean {
  return state === "alive" || state === "paused";
}

/**
 * Whether the host itself is there, whatever is wrong on it. Servers of which no beacon was ever heard say nothing, and a
 * server that was stopped is not lost.
 */
export function livenessOf({ apps, servers }: HostFacts): HostView["liveness"] {
  const beats = apps.filter(({ heartbeat }) => heartbeat).map(({ running }) => running);
  const states = servers.map(({ state }) => state).filter((state) => state !== "unknown");
  const isAlive =
    beats.includes(true) || states.some((state) => isServing(state) || state === "unresponsive");
  if (isAlive) return "alive";
  const signs = beats.length + states.length;
  return signs > 0 && states.every((state) => state === "lost") ? "lost" : "unknown";
}

/** Whether it belongs among the hosts that people look at every day. */
export function isActive({ options, expectedPorts, apps, servers }: ActivityFacts): boolean {
  if (options.hidden || options.decommissioned) return false;
  return (
    expectedPorts.length > 0 ||
    apps.some(({ critical }) => critical !== "ignored") ||
    servers.some(({ state }) => isServing(state))
  );
}
