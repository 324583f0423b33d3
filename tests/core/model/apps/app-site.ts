/** Applications and a site around them to try the model on: heartbeats and process maps in few words, and all that is said. */
import { endpointKey, parseEndpoint, parseIpv4 } from "../../../../core/model/address.js";
import {
  type AppSink,
  type AppSurroundings,
  Apps,
  type AppsOptions,
} from "../../../../core/model/apps/apps.js";
import type { EventDraft, EventType } from "../../../../core/model/event.js";
import type {
  HeartbeatSeen,
  ProcessMapRead,
  ProcessSeen,
  PvListRead,
} from "../../../../core/model/observation.js";
import type { AppRow, FactRow } from "../../../../core/model/row.js";
import type { AppView } from "../../../../core/model/views.js";

/** 2026-01-01, a whole second. */
export const BEGIN = Date.UTC(2026, 0, 1);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOST = "10.7.0.1";
export const SERVER = "10.7.0.1:5064";

export function ip(text: string): number {
  return parseIpv4(text) ?? 0;
}

export function keyOf(server: string): number {
  const endpoint = parseEndpoint(server) ?? { ip: 0, port: 0 };
  return endpointKey(endpoint.ip, endpoint.port);
}

/** `ms` after {@link BEGIN}. */
export function heartbeatSeen(ms: number, also: Partial<HeartbeatSeen> = {}): HeartbeatSeen {
  return {
    type: "heartbeat",
    at: BEGIN + ms,
    source: ip(HOST),
    port: 41_000,
    version: "2.0",
    sequence: 100,
    serverPort: 5064,
    servesCa: true,
    upSeconds: 3_000,
    hostTimeAt: null,
    pid: 4711,
    image: "./bin/linux-x86_64/vac",
    command: "st.cmd",
    directory: "/iocs/vac",
    ...also,
  };
}

/** The `index`th heartbeat of a process that began `startMs` after {@link BEGIN}, every 30 s. */
export function beat(
  startMs: number,
  index: number,
  also: Partial<HeartbeatSeen> = {},
): HeartbeatSeen {
  const upSeconds = 30 * index;
  return heartbeatSeen(startMs + upSeconds * SECOND, { sequence: index, upSeconds, ...also });
}

export function processSeen(also: Partial<ProcessSeen> = {}): ProcessSeen {
  return {
    pid: 4711,
    commandLine: "./bin/linux-x86_64/vac st.cmd --site ring",
    directory: "/iocs/vac",
    listens: [5064],
    sockets: [],
    ...also,
  };
}

export function processMap(
  ms: number,
  processes: readonly ProcessSeen[],
  also: Partial<ProcessMapRead> = {},
): ProcessMapRead {
  return { type: "processMap", at: BEGIN + ms, host: ip(HOST), processes, complete: true, ...also };
}

/** Applications with everything they said, driven by the times of what is fed. */
export class WatchedApps {
  readonly events: EventDraft[] = [];
  readonly dirty = new Set<string>();
  readonly forgotten: string[] = [];
  readonly facts: string[] = [];
  readonly identified: { server: string; app: string; since: number }[] = [];
  readonly lists: { app: string; names: readonly string[]; servesCa: boolean }[] = [];
  /** `ip:port` of the servers that there are, and since when they live. */
  readonly servers = new Map<string, { up: boolean; startedAt?: number }>();
  /** Further addresses of {@link HOST}. */
  readonly aliases: string[] = [];
  readonly names = new Map<string, string>();
  newAppsCritical = true;
  blind = false;
  readonly apps: Apps;
  #now = BEGIN;
  #secondAt: number;

  /** @param beginMs when pvmon is started. */
  constructor(options: AppsOptions = {}, rows: readonly AppRow[] = [], beginMs = 0) {
    this.#secondAt = BEGIN + beginMs - SECOND;
    const fact = ({ subject, value, at, holds }: Omit<FactRow, "kind">): void => {
      this.facts.push(`${subject} ${holds ? "is" : "was"} ${value} ${at - BEGIN}`);
    };
    const sink: AppSink = {
      event: (draft) => this.events.push(draft),
      lifeEvent: (draft) => this.events.push(draft),
      dirty: (app) => this.dirty.add(app),
      forgotten: (app) => this.forgotten.push(app),
      fact,
      identified: (server, app, since) => this.identified.push({ server, app, since }),
    };
    this.apps = new Apps(options, sink, this.#site());
    for (const row of rows) this.apps.restore(row);
    this.advance(BEGIN + beginMs);
  }

  serve(server: string, startedMs?: number): this {
    this.servers.set(server, {
      up: true,
      ...(startedMs !== undefined && { startedAt: BEGIN + startedMs }),
    });
    return this;
  }

  /** Every whole second up to `at`. */
  advance(at: number): this {
    while (this.#secondAt + SECOND <= at) {
      this.#secondAt += SECOND;
      this.#now = Math.max(this.#now, this.#secondAt);
      this.apps.tick(this.#secondAt, this.blind);
    }
    this.#now = Math.max(this.#now, at);
    return this;
  }

  feed(...seen: readonly (HeartbeatSeen | ProcessMapRead | PvListRead)[]): this {
    for (const each of seen) {
      this.advance(each.at);
      if (each.type === "heartbeat") this.apps.heartbeat(each);
      else if (each.type === "processMap") this.apps.processMap(each);
      else this.apps.pvList(each);
    }
    return this;
  }

  all(): readonly AppView[] {
    return this.apps.list({ limit: 1000 }).items;
  }

  /** The only one there is. */
  only(): AppView {
    const [app, ...others] = this.all();
    if (app === undefined || others.length > 0) throw new Error(`${others.length + 1} or none`);
    return app;
  }

  types(): EventType[] {
    return this.events.map(({ type }) => type);
  }

  count(type: EventType): number {
    return this.types().filter((each) => each === type).length;
  }

  event(type: EventType): EventDraft {
    const found = this.events.find((event) => event.type === type);
    if (found === undefined) throw new Error(`no ${type} among ${this.types().join(", ")}`);
    return found;
  }

  /** What a store has of everything there is. */
  rows(): AppRow[] {
    const rows = this.all().map(({ id }) => this.apps.row(id));
    return rows.filter((row) => row !== undefined);
  }

  #site(): AppSurroundings {
    const primary = ip(HOST);
    const addresses = (host: number): number[] =>
      host === primary ? [primary, ...this.aliases.map(ip)] : [host];
    const server = (key: number) => [...this.servers].find(([name]) => keyOf(name) === key)?.[1];
    const nameOf = (host: number): string | null =>
      [...this.names].find(([address]) => ip(address) === host)?.[1] ?? null;
    return {
      now: () => this.#now,
      serverIsUp: (key) => server(key)?.up,
      serverStartedAt: (key) => server(key)?.startedAt,
      serverSeenAt: (key) => (server(key)?.up ? this.#now : undefined),
      nameOf,
      sortKey: (host) => nameOf(host) ?? `~${host}`,
      primaryOf: (host) => (this.aliases.map(ip).includes(host) ? primary : host),
      addressesOf: addresses,
      newAppsCritical: () => this.newAppsCritical,
      pvsListed: (app, { names }, servesCa) => {
        this.lists.push({ app, names, servesCa });
        return names.length;
      },
    };
  }
}
