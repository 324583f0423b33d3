/**
 * A site that two pvmons watch, one for each store, from hosts of their own: whatever is asked has to be answered alike.
 * Its IOCs are real, and so are the heartbeats beside them.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  EpicsSoftIoc,
  HeartbeatSender,
  type HeartbeatSenderOptions,
  type Host,
  Mariadb,
  Network,
  waitFor,
} from "../peers/index.js";
import { type Item, PvmonProcess } from "./pvmon-process.js";

/** Of beacons. */
const PERIOD_S = 5;
/** Of heartbeats, that hosts are found and lost within a test's patience. */
export const HEARTBEAT_PERIOD_S = 2;
const WATCHERS = 2;
const POLL_MS = 200;
/** For what takes a few seconds on an idle machine. */
const PATIENCE_MS = 60_000;

/** Sections of a site file, as far as they are not the same in all of these tests. */
export interface Sections {
  /** Lines of `inventory:`. */
  readonly inventory?: string;
  /** More entries of `detectors:` and `probes:`, each on a line of its own that begins with a dash. */
  readonly detectors?: string;
  readonly probes?: string;
  /** Options of ca-search, in braces. */
  readonly search?: string;
  /** Nothing is asked of heartbeats' senders. */
  readonly isQuiet?: boolean;
}

export interface WatchedSiteOptions {
  /** How many besides those of the pvmons. */
  readonly hosts: number;
  readonly sections?: (watcher: Host, network: Network) => Sections | Promise<Sections>;
  /** Of the pvmons. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface SiteIocOptions {
  /** What its PVs begin with. */
  readonly name: string;
  readonly on: Host;
  /** PVs that it has, as its heartbeat lists them. */
  readonly pvs?: number;
  /** Text of further records. */
  readonly records?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** False: it sends no heartbeats. */
  readonly heartbeat?: HeartbeatSenderOptions | false;
}

export class WatchedSite {
  readonly network: Network;
  readonly pvmons: readonly PvmonProcess[];
  readonly #mariadb: Mariadb;
  readonly #stores: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #iocs = new Set<SiteIoc>();

  private constructor(
    network: Network,
    mariadb: Mariadb,
    stores: readonly string[],
    sections: readonly Sections[],
    environment: Readonly<Record<string, string>>,
  ) {
    this.network = network;
    this.#environment = environment;
    this.#mariadb = mariadb;
    this.#stores = stores;
    this.pvmons = stores.map(
      (store, i) => new PvmonProcess(network.host(i + 1), siteFile(store, sections[i])),
    );
  }

  /** With both pvmons running, and nothing else yet. */
  static async start(options: WatchedSiteOptions): Promise<WatchedSite> {
    const { hosts, sections = () => ({}), environment = {} } = options;
    const network = Network.create({ hosts: hosts + WATCHERS });
    // Hosts of a site have a default route; without one nothing leads to 255.255.255.255, where heartbeats go.
    for (const host of network.hosts) {
      await host.run(["ip", "route", "add", "default", "dev", "eth0"]);
    }
    const mariadb = await Mariadb.create();
    const stores = [
      `{ use: sqlite-store, config: { path: PATH/pvmon.sqlite } }`,
      `{ use: mariadb-store, config: { socket: ${mariadb.socket}, user: root } }`,
    ];
    const own: Sections[] = [];
    for (const watcher of network.hosts.slice(0, WATCHERS)) {
      own.push(await sections(watcher, network));
    }
    const site = new WatchedSite(network, mariadb, stores, own, environment);
    await site.startPvmons();
    return site;
  }

  /** The n-th of the hosts that are watched, from 1 on. */
  host(n: number): Host {
    return this.network.host(n + WATCHERS);
  }

  /** Another site file for both, from the next start on. */
  configure(sections: Sections): void {
    for (const [i, pvmon] of this.pvmons.entries()) {
      pvmon.configure(siteFile(this.#stores[i]!, sections));
    }
  }

  async startPvmons(): Promise<void> {
    await Promise.all(this.pvmons.map((pvmon) => pvmon.start({ environment: this.#environment })));
  }

  async stopPvmons(): Promise<void> {
    await Promise.all(this.pvmons.map((pvmon) => pvmon.stop()));
  }

  async startIoc(options: SiteIocOptions): Promise<SiteIoc> {
    const ioc = new SiteIoc(options);
    this.#iocs.add(ioc);
    await ioc.start();
    return ioc;
  }

  /** Waits until each pvmon has an answer that will do, and gives both. @param ask undefined or false: not yet */
  async both<T>(
    what: string,
    ask: (pvmon: PvmonProcess) => Promise<T | undefined | false>,
    timeoutMs = PATIENCE_MS,
  ): Promise<readonly T[]> {
    return await Promise.all(
      this.pvmons.map((pvmon, i) =>
        waitFor(
          `${what}, by pvmon ${i + 1}`,
          async () => {
            const found = await ask(pvmon);
            if (found === undefined || found === false) await sleep(POLL_MS);
            return found;
          },
          timeoutMs,
        ),
      ),
    );
  }

  /** Until periods are known, what stops counts as lost only after three of the default ones. @param wanted how many there are */
  async measured(wanted: { readonly servers: number; readonly heartbeats: number }): Promise<void> {
    await this.both("all periods are known", async (pvmon) => {
      const servers = await pvmon.list("/api/v1/servers?state=alive");
      const beats = await pvmon.list("/api/v1/heartbeats?lost=false");
      const isMeasured = [...servers, ...beats].every(({ periodMs }) => periodMs !== null);
      return servers.length === wanted.servers && beats.length === wanted.heartbeats && isMeasured;
    });
  }

  async remove(): Promise<void> {
    for (const ioc of this.#iocs) await ioc.kill();
    for (const pvmon of this.pvmons) {
      await pvmon.stop();
      pvmon.remove();
    }
    await this.#mariadb.remove();
    this.network.removeNow();
  }
}

/** An IOC with what sends heartbeats of it: two processes where a site has one, seen as one from the network. */
export class SiteIoc {
  readonly host: string;
  readonly #options: SiteIocOptions;
  /** Of its files: the command line has it, and an application is known by that. */
  readonly #folder: string;
  #ioc: EpicsSoftIoc | undefined;
  #sender: HeartbeatSender | undefined;

  constructor(options: SiteIocOptions) {
    this.#options = options;
    this.host = options.on.address;
    this.#folder = join(tmpdir(), `pvmon-ioc-${process.pid}-${options.name}`);
  }

  async start(): Promise<void> {
    const { on, records = "", environment } = this.#options;
    this.#ioc = await EpicsSoftIoc.start({
      on,
      folder: this.#folder,
      database:
        this.pvs.map((name) => `record(ai, "${name}") { field(VAL, "1.5") }\n`).join("") + records,
      environment: { EPICS_CAS_BEACON_PERIOD: String(PERIOD_S), ...environment },
    });
    if (this.#options.heartbeat !== false) await this.startHeartbeat();
  }

  async startHeartbeat(): Promise<void> {
    const { name, on, heartbeat } = this.#options;
    this.#sender = await HeartbeatSender.start(on, {
      version: "2.0",
      period: HEARTBEAT_PERIOD_S,
      sp: this.port,
      pid: this.pid,
      img: "softIoc",
      stcmd: `${name}.cmd`,
      names: this.pvs.length,
      prefix: name,
      ...heartbeat,
    });
  }

  async stopHeartbeat(): Promise<void> {
    await this.#sender?.stop();
    this.#sender = undefined;
  }

  /** As a crash, of both. */
  async kill(): Promise<void> {
    await this.stopHeartbeat();
    await this.#ioc?.kill();
  }

  get pvs(): readonly string[] {
    const { name, pvs = 3 } = this.#options;
    return Array.from({ length: pvs }, (_, i) => `${name}:pv${String(i).padStart(5, "0")}`);
  }

  get port(): number {
    if (this.#ioc === undefined) throw new Error(`${this.#options.name} never ran`);
    return this.#ioc.port;
  }

  get pid(): number {
    if (this.#ioc === undefined) throw new Error(`${this.#options.name} never ran`);
    return this.#ioc.pid;
  }

  /** `ip:port` */
  get server(): string {
    return `${this.host}:${this.port}`;
  }

  /** Of its application, as its heartbeat has it. */
  get command(): string {
    const { name, heartbeat } = this.#options;
    const image = (heartbeat !== false && heartbeat?.img) || "softIoc";
    return `${image} ${name}.cmd`;
  }
}

/** The types of what both pvmons have to agree on in a list of events, oldest first. */
export function typesOf(events: readonly Item[]): readonly string[] {
  return events.map(({ type }) => String(type)).reverse();
}

const REQUESTS = `    config:
      requests: { enabled: true, datagramsPerSecond: 500, datagramsPerSecondPerIoc: 100 }
      pvLists: { minSeconds: 2 }
      processMaps: { minSeconds: 2 }`;

function siteFile(store: string, sections: Sections = {}): string {
  const { inventory = "", detectors = "", probes = "", search = "{}", isQuiet = false } = sections;
  return `
name: hosts
log: { format: json }
inventory:
  graceSeconds: 5
  settleMinutes: 0
${inventory}
detectors:
  - use: ca-sniffer
  - use: ioc-heartbeat
${isQuiet ? "" : REQUESTS}
${detectors}
probes:
  - use: ca-search
    config: ${search}
  - use: cainfo
${probes}
stores:
  - ${store}
outputs:
  - use: http-api
`;
}
