/** What the inventory is made of, and what its parts ask and tell one another: each knows the others by functions only. */
import { formatIpv4, keyEndpoint, parseEndpoint, parseIpv4 } from "../address.js";
import { Apps } from "../apps/apps.js";
import { BusyNames } from "../clients/busy-names.js";
import { Clients, DEFAULT_MAX_CLIENTS } from "../clients/clients.js";
import type { EventDraft, PvmonEvent } from "../event.js";
import { HostNames } from "../hosts/host-naming.js";
import { Hosts } from "../hosts/hosts.js";
import { Journal } from "../log/journal.js";
import { Pvs } from "../pvs/pvs.js";
import type { FactRow, ForgottenRow, HistoryRow } from "../row.js";
import { Servers } from "../servers/servers.js";
import { SearchStorms } from "../storms/search-storms.js";
import { Sensors } from "../traffic/sensors.js";
import { Traffic } from "../traffic/traffic.js";
import { DirtyMarks } from "./dirty-marks.js";
import { EventRecorder } from "./event-recorder.js";
import type { InventoryOptions } from "./inventory-options.js";
import { OwnSockets } from "./own-sockets.js";
import { RepeatedEvents } from "./repeated-events.js";
import { SiteFacts } from "./site-facts.js";

/** Where the inventory puts what has to be kept for good, in the order of being noticed. */
export interface InventorySink {
  event(event: PvmonEvent): void;
  history(row: HistoryRow): void;
}

const DEFAULT_MAX_SITE_FACTS = 100_000;

export class InventoryParts {
  /** Data time, UTC ms. */
  now = 0;
  readonly names: HostNames;
  readonly journal: Journal;
  readonly events: EventRecorder;
  readonly repeatedEvents: RepeatedEvents;
  readonly pvs: Pvs;
  readonly servers: Servers;
  readonly sensors: Sensors;
  readonly clients: Clients;
  readonly apps: Apps;
  readonly hosts: Hosts;
  readonly traffic: Traffic;
  readonly storms: SearchStorms;
  readonly siteFacts: SiteFacts;
  readonly ownSockets = new OwnSockets();
  readonly dirty = new DirtyMarks();
  readonly #sink: InventorySink;

  constructor(options: InventoryOptions, sink: InventorySink) {
    this.#sink = sink;
    const event = (draft: EventDraft): void => {
      this.events.record(draft);
    };
    const fact = (row: Omit<FactRow, "kind">): void => sink.history({ kind: "fact", ...row });
    this.names = new HostNames(options);
    this.journal = new Journal(
      { changed: (event) => sink.history({ kind: "event", event }) },
      options,
    );
    this.events = new EventRecorder({
      primaryOf: (host) => this.primaryOf(host),
      appOf: (server) => this.apps.ofServer(server),
      recorded: (event) => {
        this.journal.recorded(event);
        sink.event(event);
      },
    });
    this.repeatedEvents = new RepeatedEvents(event);
    const lifeEvent = (draft: EventDraft, noticedAt: number): void =>
      this.repeatedEvents.noticed(draft, noticedAt);
    this.pvs = new Pvs(options, {
      event,
      fact,
      dirty: (id) => this.dirty.pv(id),
      isSameServer: (one, other) => this.#isSameServer(one, other),
    });
    this.servers = new Servers(options, {
      event,
      lifeEvent,
      state: (key, state, at) => this.pvs.serverChanged(key, state, at),
      dirty: (key) => this.dirty.servers.add(key),
      seen: (address, at) => this.hosts.seen(address, at),
      heartbeatAt: (address) => this.apps.heardAt(this.names.primaryOf(address)),
      fact,
      addressesOf: (address) => this.names.addressesOf(address),
    });
    this.sensors = new Sensors(options, { event });
    this.clients = new Clients(options, this.pvs, {
      event,
      dirty: (client) => this.dirty.clients.add(client),
    });
    this.apps = new Apps(
      options,
      {
        event,
        lifeEvent,
        fact,
        dirty: (id) => this.dirty.apps.add(id),
        forgotten: (id) => {
          this.pvs.unlist(id);
          this.forgotten("app", id);
        },
        identified: (server, app, since) => this.#identified(server, app, since),
      },
      {
        now: () => this.now,
        serverIsUp: (key) => this.servers.isUp(key),
        // Of one that has only just started its counter does not tell yet.
        serverStartedAt: (key) => this.servers.startedAt(key) ?? this.servers.restartedAt(key),
        serverSeenAt: (key) => this.servers.seenAt(key),
        nameOf: (host) => this.names.nameOf(host),
        sortKey: (host) => this.names.sortKey(host),
        primaryOf: (host) => this.names.primaryOf(host),
        addressesOf: (host) => this.names.addressesOf(host),
        newAppsCritical: (host) => this.hosts.newAppsCritical(host),
        pvsListed: (app, list, servesCa) => this.pvs.listed(app, list, servesCa, this.isGone),
      },
    );
    this.hosts = new Hosts(
      options,
      {
        dirty: (host) => this.dirty.hosts.add(host),
        groupDirty: (id) => this.dirty.groups.add(id),
        healthDirty: (source) => this.dirty.health.add(source),
      },
      {
        now: () => this.now,
        blind: () => this.blind(),
        primaryOf: (host) => this.names.primaryOf(host),
        addressesOf: (host) => this.names.addressesOf(host),
        nameOf: (host) => this.names.nameOf(host),
        sortKey: (host) => this.names.sortKey(host),
        serversOf: (address) => this.servers.ofHost(address),
        appsOf: (host) => this.apps.ofHost(host),
        briefAppsOf: (host) => this.apps.briefly(host),
        procServsOf: (host) => this.apps.procServs(host),
        processMapOf: (host) => this.apps.mapOf(host),
        pendingLogs: (host) => this.journal.pendingOf(host),
      },
    );
    this.traffic = new Traffic(
      options.maxClients ?? DEFAULT_MAX_CLIENTS,
      {
        row: (row) => sink.history(row),
        gauges: () => {
          const { online, lost, neverAnswered, total, duplicate, invalid } = this.pvs.counts();
          return {
            pvsOnline: online,
            pvsLost: lost,
            pvsNeverAnswered: neverAnswered,
            pvsTotal: total,
            pvsDuplicate: duplicate,
            pvsInvalid: invalid,
          };
        },
      },
      new BusyNames(this.clients.latest, this.pvs),
    );
    this.storms = new SearchStorms(
      {
        nameOf: (id) => this.pvs.nameOf(id),
        stateOf: (id) => this.pvs.stateOf(id),
        busiest: (from, to, limit) => this.clients.busiest(from, to, limit),
        hostName: (client) => this.names.nameOf(client),
        portHolder: (client, port) => this.apps.portHolder(this.names.primaryOf(client), port),
      },
      event,
    );
    this.siteFacts = new SiteFacts(options.maxSiteFacts ?? DEFAULT_MAX_SITE_FACTS, {
      event,
      row: (row) => sink.history(row),
    });
  }

  /** True when any sensor that would see a loss is blind, or was so just now. */
  blind(): boolean {
    return this.sensors.blind(this.now);
  }

  /** The address that stands for a host; a text that is none stays as it is. */
  primaryOf(host: string): string {
    const ip = parseIpv4(host);
    return ip === undefined ? host : formatIpv4(this.names.primaryOf(ip));
  }

  /** Whether a server that had a PV at `since` is no longer that server: lost, stopped, or started again. */
  readonly isGone = (key: number, since: number): boolean => {
    const state = this.servers.stateOf(key);
    const restartedAt = this.servers.restartedAt(key) ?? 0;
    return state === "lost" || state === "stopped" || restartedAt > since;
  };

  /** Drops PVs and all that is known of them. */
  forgetPvs(ids: readonly number[]): void {
    if (ids.length === 0) return;
    for (const id of ids) {
      const row = this.pvs.row(id);
      if (row !== undefined) this.#sink.history({ kind: "pvForgotten", name: row.name });
      this.pvs.forget(id, this.now);
    }
    const forgotten = new Set(ids);
    this.clients.forgetNames(forgotten);
    this.storms.forgetNames(forgotten);
  }

  /** A record is no more, in the stores too. */
  forgotten(of: ForgottenRow["of"], key: string): void {
    this.#sink.history({ kind: "forgotten", of, key });
  }

  /** By configuration, or by their beacons. */
  #isSameServer(one: number, other: number): boolean {
    const [a, b] = [keyEndpoint(one), keyEndpoint(other)];
    if (a.port !== b.port) return false;
    if (this.names.primaryOf(a.ip) === this.names.primaryOf(b.ip)) return true;
    return this.servers.isSame(one, other, this.now);
  }

  #identified(server: string, app: string, since: number): void {
    this.journal.identified(server, app, since);
    const endpoint = parseEndpoint(server);
    if (endpoint !== undefined && this.hosts.identified(endpoint.ip, endpoint.port)) {
      this.apps.set(app, { critical: "critical" });
    }
  }
}
