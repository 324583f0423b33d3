/** Applications come, turn out to be the same one, and go: what all parts that know of them have to follow. */
import type { Ipv4 } from "../address.js";
import type { Invocation } from "./app-identity.js";
import { type AppProcess, type AppRecord, createAppRecord } from "./app-record.js";
import { AppServers } from "./app-servers.js";
import { AppTable } from "./app-table.js";
import type { AppSink, AppSurroundings } from "./apps.js";

export class AppRegistry {
  readonly table: AppTable;
  readonly servers: AppServers;

  constructor(
    maxApps: number,
    private readonly sink: AppSink,
    private readonly site: AppSurroundings,
  ) {
    this.servers = new AppServers(sink, site);
    this.table = new AppTable(maxApps, (record) => this.remove(record, site.now()));
  }

  /** A new one. Undefined when there is no room for it. */
  admit(host: Ipv4, invocation: Invocation, at: number): AppRecord | undefined {
    const critical = this.site.newAppsCritical(host) ? "critical" : "notCritical";
    const record = createAppRecord(host, invocation, critical, at);
    return this.table.add(record, at) ? record : undefined;
  }

  /** Something else than a single datagram speaks for it: from now on it is kept. */
  confirm(record: AppRecord): void {
    if (!record.confirmed) this.table.confirm(record);
    this.sink.dirty(record.id);
  }

  /** A process map has its process. */
  setProcess(record: AppRecord, process: AppProcess): void {
    this.table.unindexProcess(record);
    record.process = process;
    this.table.indexProcess(record);
    record.lastSeenAt = Math.max(record.lastSeenAt, process.at);
    this.confirm(record);
  }

  /**
   * Two turned out to be one: `from` known by its process only, `into` by its heartbeats. The older one's criticality
   * stays, and so does the name that either has.
   */
  merge(from: AppRecord, into: AppRecord, at: number): void {
    if (from.firstSeenAt < into.firstSeenAt) {
      into.critical = from.critical;
      into.firstSeenAt = from.firstSeenAt;
    }
    into.name ??= from.name;
    this.servers.handOver(from, into, at);
    const { process } = from;
    this.remove(from, at);
    if (process !== undefined) this.setProcess(into, process);
    else this.confirm(into);
  }

  remove(record: AppRecord, at: number): void {
    this.servers.releaseAll(record, at);
    this.table.remove(record);
    if (record.confirmed) this.sink.forgotten(record.id);
  }
}
