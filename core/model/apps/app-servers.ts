/**
 * Which application each server is. A server is known by its host and port: a process that listens does so on all
 * addresses of its host, as a rule, and a process map tells only the port.
 */
import { endpointKey, formatEndpoint, type Ipv4, keyEndpoint } from "../address.js";
import { LATE_MS } from "../lateness.js";
import type { ServerView } from "../views.js";
import type { AppRecord } from "./app-record.js";
import type { AppSink, AppSurroundings } from "./apps.js";

/** Servers of one application: a gateway has two, and some programs one for each of their devices. */
const MAX_PORTS = 64;

interface ServerApp {
  readonly host: Ipv4;
  readonly port: number;
  readonly app: AppRecord;
  /** The last time that its process said or showed it. */
  confirmedAt: number;
  /** By endpointKey: servers of which it was told. */
  readonly told: Set<number>;
}

export class AppServers {
  readonly #byPort = new Map<number, ServerApp>();

  constructor(
    private readonly sink: AppSink,
    private readonly site: AppSurroundings,
  ) {}

  of(host: Ipv4, port: number): ServerApp | undefined {
    return this.#byPort.get(endpointKey(host, port));
  }

  /** As servers' views have it; `key` is an endpointKey. */
  view(key: number): ServerView["app"] {
    const { ip, port } = keyEndpoint(key);
    const found = this.of(this.site.primaryOf(ip), port);
    if (found === undefined) return null;
    const { id, command, directory } = found.app;
    return { id, command, directory, confirmed: this.#isOfThisLife(found, key) };
  }

  /** endpointKeys of the servers at a port of a host that are known, one for each of its addresses. */
  known(host: Ipv4, port: number): readonly number[] {
    return this.site
      .addressesOf(host)
      .map((address) => endpointKey(address, port))
      .filter((key) => this.site.serverIsUp(key) !== undefined);
  }

  /** Those that an application is, with the ports that it alone says it has. */
  ofApp(app: AppRecord): readonly number[] {
    return [...app.ports].flatMap((port) => this.known(app.host, port));
  }

  isUp(app: AppRecord): boolean {
    return this.ofApp(app).some((key) => this.site.serverIsUp(key) === true);
  }

  /** Whether a server at that port began its present life after `at`: what was known of the port then is over. */
  hasStartedSince(host: Ipv4, port: number, at: number): boolean {
    return this.known(host, port).some((key) => (this.site.serverStartedAt(key) ?? 0) > at);
  }

  /** When its server's present life began, as far as that server is surely it. */
  startedAt(app: AppRecord): number | undefined {
    for (const key of this.ofApp(app)) {
      const startedAt = this.site.serverStartedAt(key);
      if (startedAt !== undefined && this.view(key)?.confirmed) return startedAt;
    }
    return undefined;
  }

  /**
   * A heartbeat says so. Another application keeps the port unless this process began after that one was last confirmed,
   * or two that claim one port would have it in turns; and a single datagram, which may be forged, takes it from nobody.
   */
  claim(app: AppRecord, port: number, began: number, at: number): void {
    const found = this.of(app.host, port);
    const isFree = found === undefined || found.app === app;
    const isOver = !found?.app.confirmed || began > found.confirmedAt - LATE_MS;
    if (isFree || (app.confirmed && isOver)) this.confirm(app, port, at);
  }

  /** The application's process has the port. */
  confirm(app: AppRecord, port: number, at: number): void {
    const found = this.of(app.host, port);
    if (found !== undefined && found.app !== app) this.#release(found, at);
    const known = found?.app === app ? found : this.#add(app, port);
    if (known === undefined) return;
    const before = known.confirmedAt;
    known.confirmedAt = Math.max(before, at);
    for (const key of this.known(app.host, port)) this.#tell(known, key, before, at);
  }

  /** The application has left the port; a server there that is up says that it has not. */
  left(app: AppRecord, port: number, at: number): void {
    const found = this.of(app.host, port);
    if (found?.app !== app) return;
    const isUp = this.known(app.host, port).some((key) => this.site.serverIsUp(key) === true);
    if (!isUp) this.#release(found, at);
  }

  /** All servers of one application are another from now on. */
  handOver(from: AppRecord, to: AppRecord, at: number): void {
    for (const port of [...from.ports]) {
      const found = this.of(from.host, port);
      if (found?.app !== from) continue;
      const { confirmedAt } = found;
      this.#release(found, at);
      const added = this.#add(to, port);
      if (added === undefined) continue;
      added.confirmedAt = confirmedAt;
      for (const key of this.known(to.host, port)) this.#tell(added, key, confirmedAt, at);
    }
  }

  releaseAll(app: AppRecord, at: number): void {
    for (const port of [...app.ports]) {
      const found = this.of(app.host, port);
      if (found?.app === app) this.#release(found, at);
    }
  }

  /** A server is forgotten: when it comes back, it is told anew what it is. */
  serverForgotten(key: number, at: number): void {
    const { ip, port } = keyEndpoint(key);
    const found = this.of(this.site.primaryOf(ip), port);
    if (found === undefined) return;
    found.told.delete(key);
    this.#fact(key, found.app, at, false);
  }

  restore(app: AppRecord, port: number, at: number): void {
    if (this.of(app.host, port) !== undefined) return;
    const added = this.#add(app, port);
    if (added !== undefined) added.confirmedAt = at;
  }

  #add(app: AppRecord, port: number): ServerApp | undefined {
    if (app.ports.size >= MAX_PORTS) return undefined;
    const { host } = app;
    const added = {
      host,
      port,
      app,
      confirmedAt: Number.NEGATIVE_INFINITY,
      told: new Set<number>(),
    };
    this.#byPort.set(endpointKey(host, port), added);
    app.ports.add(port);
    return added;
  }

  #release(released: ServerApp, at: number): void {
    const { host, port, app, told } = released;
    this.#byPort.delete(endpointKey(host, port));
    app.ports.delete(port);
    // What the last run told of holds as well; ending what does not hold changes nothing.
    for (const key of new Set([...told, ...this.known(host, port)]))
      this.#fact(key, app, at, false);
    if (app.confirmed) this.sink.dirty(app.id);
  }

  /** @param before when this was confirmed last. */
  #tell(known: ServerApp, key: number, before: number, at: number): void {
    const startedAt = this.site.serverStartedAt(key);
    const isNews = !known.told.has(key);
    if (isNews) {
      known.told.add(key);
      this.#fact(key, known.app, at, true);
    }
    if (!isNews && !(startedAt !== undefined && startedAt > before)) return;
    const since = startedAt ?? known.app.heartbeat?.track.life.startedAt ?? at;
    const server = formatEndpoint(keyEndpoint(key));
    this.sink.identified(server, known.app.id, Math.floor(Math.min(since, at)));
  }

  #fact(key: number, app: AppRecord, at: number, holds: boolean): void {
    const subject = formatEndpoint(keyEndpoint(key));
    this.sink.fact({ fact: "serverApp", subject, value: app.id, at: Math.round(at), holds });
  }

  #isOfThisLife(found: ServerApp, key: number): boolean {
    const startedAt = this.site.serverStartedAt(key);
    return startedAt === undefined || startedAt <= found.confirmedAt;
  }
}
