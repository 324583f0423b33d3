/** What operators may change of the inventory. What is forgotten comes back when it is seen again. */
import { endpointKey, formatIpv4, parseEndpoint, parseIpv4 } from "../address.js";
import type { PvmonEvent } from "../event.js";
import type { HostChangeDraft } from "../hosts/hosts.js";
import type { AppView, Criticality, GroupView, HostView } from "../views.js";
import { InventoryQueries } from "./inventory-queries.js";

export abstract class InventoryChanges extends InventoryQueries {
  /** Drops names and all that is known of them; answers which were there. */
  forget(names: readonly string[]): string[] {
    const there = new Map<string, number>();
    for (const name of names) {
      const id = this.parts.pvs.idOf(name);
      if (id >= 0) there.set(name, id);
    }
    this.parts.forgetPvs([...there.values()]);
    return [...there.keys()];
  }

  /** Undefined when there is no such host. @throws RangeError for a number or text that cannot be. */
  setHost(host: string, change: HostChangeDraft): HostView | undefined {
    const ip = parseIpv4(host);
    return ip !== undefined && this.parts.hosts.set(ip, change)
      ? this.parts.hosts.view(ip)
      : undefined;
  }

  /** With its servers, applications, memberships, health and log entries. */
  forgetHost(host: string): boolean {
    const ip = parseIpv4(host);
    if (ip === undefined || !this.parts.hosts.forget(ip)) return false;
    const primary = this.parts.names.primaryOf(ip);
    for (const source of this.parts.hosts.healthSources(primary)) this.forgetHealth(source);
    this.parts.apps.forgetHost(primary);
    for (const address of this.parts.names.addressesOf(ip)) {
      for (const { name } of [...this.parts.servers.ofHost(address)]) this.forgetServer(name);
    }
    this.parts.forgotten("host", formatIpv4(primary));
    return true;
  }

  forgetServer(server: string): boolean {
    const endpoint = parseEndpoint(server);
    if (endpoint === undefined) return false;
    const key = endpointKey(endpoint.ip, endpoint.port);
    if (!this.parts.servers.forget(key, this.parts.now)) return false;
    this.parts.apps.serverForgotten(key);
    this.parts.forgotten("server", server);
    return true;
  }

  setApp(
    id: string,
    change: { readonly critical?: Criticality; readonly name?: string | null },
  ): AppView | undefined {
    return this.parts.apps.set(id, change) ? this.parts.apps.view(id) : undefined;
  }

  forgetApp(id: string): boolean {
    return this.parts.apps.forget(id);
  }

  forgetHealth(source: string): boolean {
    const isThere = this.parts.hosts.forgetHealth(source);
    if (isThere) this.parts.forgotten("metrics", source);
    return isThere;
  }

  /** @throws RangeError for a name that is empty, too long or taken. */
  createGroup(name: string, hosts: readonly string[]): GroupView {
    return this.parts.hosts.createGroup(name, hosts);
  }

  /** @throws RangeError for a fixed group and for a bad name. */
  setGroup(
    id: string,
    change: { readonly name?: string; readonly hosts?: readonly string[] },
  ): GroupView | undefined {
    return this.parts.hosts.setGroup(id, change);
  }

  /** @throws RangeError for a fixed group. */
  deleteGroup(id: string): boolean {
    const isThere = this.parts.hosts.deleteGroup(id);
    if (isThere) this.parts.forgotten("group", id);
    return isThere;
  }

  /** Ids of log entries that nobody has acknowledged: of a host, by any of its addresses, or all; oldest first. */
  pendingLogs(host?: string): readonly string[] {
    return this.parts.journal.pending(host === undefined ? undefined : this.parts.primaryOf(host));
  }

  /** Answers which of them were pending. */
  acknowledge(ids: readonly string[], who: string, at: number): readonly string[] {
    return this.parts.journal.acknowledge(ids, who, at);
  }

  /** Whether {@link forgetLogs} knows this entry; of another one, a store has the newest state: {@link recallLogs}. */
  remembersLog(id: string): boolean {
    return this.parts.journal.remembers(id);
  }

  recallLogs(events: readonly PvmonEvent[]): void {
    for (const event of events) this.parts.journal.restore(event);
  }

  /** Takes entries out of the log, pending ones acknowledged; answers which were in it, as far as it remembers them. */
  forgetLogs(ids: readonly string[], who: string, at: number): readonly string[] {
    return this.parts.journal.forget(ids, who, at);
  }
}
