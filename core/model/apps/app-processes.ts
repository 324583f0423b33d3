/** What the process maps of hosts say about applications: which of them have which servers, and which are one. */
import type { Ipv4 } from "../address.js";
import { LATE_MS } from "../lateness.js";
import type { HeartbeatSeen, ProcessMapRead, ProcessSeen } from "../observation.js";
import { idOf, processInvocation } from "./app-identity.js";
import { type AppRecord, isBeating } from "./app-record.js";
import type { AppRegistry } from "./app-registry.js";

/** In a container every main process has it, on a host only init. */
const PID_OF_INIT = 1;

export class AppProcesses {
  constructor(private readonly registry: AppRegistry) {}

  /**
   * @param host the address that stands for the host.
   * @param processes those of the map, cut and cleaned.
   */
  take(host: Ipv4, processes: readonly ProcessSeen[], { at, complete }: ProcessMapRead): void {
    const { servers } = this.registry;
    const byPid = [...processes].sort((a, b) => a.pid - b.pid);
    const beating = this.#beating(host, byPid);
    // A child that inherited its parent's sockets seems to listen, too: a sender of heartbeats first, then the oldest.
    const ordered = [...beating.keys(), ...byPid.filter((process) => !beating.has(process))];
    const taken = new Set<number>();
    for (const process of ordered) {
      const ports = process.listens.filter(
        (port) => !taken.has(port) && servers.known(host, port).length > 0,
      );
      const sender = beating.get(process);
      if (sender === undefined && ports.length === 0) continue;
      // Its line may be one of those that did not come; without it, it would be another application.
      if (sender === undefined && !complete && process.directory === "") continue;
      const record =
        sender === undefined ? this.#identify(host, process, at) : this.#unite(sender, process, at);
      if (record === undefined) continue;
      const { pid, commandLine, directory } = process;
      if (commandLine === "") this.registry.confirm(record);
      else this.registry.setProcess(record, { commandLine, directory, pid, at });
      for (const port of ports) {
        taken.add(port);
        servers.confirm(record, port, at);
      }
    }
    if (complete) this.#leaveUnheld(host, processes, at);
  }

  /** The application, known by its process only, that sent this heartbeat. Not one that began after it was last seen. */
  senderOf(heartbeat: HeartbeatSeen, host: Ipv4, began: number): AppRecord | undefined {
    const { table, servers } = this.registry;
    const { servesCa, serverPort, pid } = heartbeat;
    const found = servesCa ? servers.of(host, serverPort) : undefined;
    if (found !== undefined && found.app.heartbeat === undefined) {
      if (began <= found.confirmedAt + LATE_MS) return found.app;
    }
    if (pid === null || pid === PID_OF_INIT) return undefined;
    for (const record of table.ofHost(host)) {
      const { process } = record;
      if (record.heartbeat !== undefined || process?.pid !== pid) continue;
      if (began <= process.at + LATE_MS) return record;
    }
    return undefined;
  }

  /** Which processes send the heartbeats of which applications: those that began last first. */
  #beating(host: Ipv4, byPid: readonly ProcessSeen[]): Map<ProcessSeen, AppRecord> {
    const listeners = new Map<number, ProcessSeen[]>();
    for (const process of byPid) {
      for (const port of process.listens) {
        const others = listeners.get(port);
        if (others === undefined) listeners.set(port, [process]);
        else others.push(process);
      }
    }
    const withPid = new Map(byPid.map((process) => [process.pid, process]));
    const found = new Map<ProcessSeen, AppRecord>();
    const records = [...this.registry.table.ofHost(host)].filter(isBeating);
    records.sort((a, b) => startOf(b) - startOf(a));
    for (const record of records) {
      const { facts, track } = record.heartbeat!;
      const { pid, at } = track.life;
      const atPort = (facts.servesCa && listeners.get(facts.serverPort)) || [];
      const hasNewServer = this.registry.servers.hasStartedSince(host, facts.serverPort, at);
      const process =
        atPort.find((listener) => listener.pid === pid) ??
        (hasNewServer ? undefined : atPort[0]) ??
        (pid === null || pid === PID_OF_INIT ? undefined : withPid.get(pid));
      if (process !== undefined && !found.has(process)) found.set(process, record);
    }
    return found;
  }

  #unite(sender: AppRecord, { commandLine, directory }: ProcessSeen, at: number): AppRecord {
    const id = idOf(sender.host, processInvocation(commandLine, directory));
    const other = commandLine === "" ? undefined : this.registry.table.find(id);
    if (other !== undefined && other !== sender && other.heartbeat === undefined) {
      this.registry.merge(other, sender, at);
    }
    return sender;
  }

  /** Undefined when its command line could not be read, or when there is no room. */
  #identify(host: Ipv4, process: ProcessSeen, at: number): AppRecord | undefined {
    if (process.commandLine === "") return undefined;
    const invocation = processInvocation(process.commandLine, process.directory);
    const known = this.registry.table.find(idOf(host, invocation));
    return known ?? this.registry.admit(host, invocation, at);
  }

  #leaveUnheld(host: Ipv4, processes: readonly ProcessSeen[], at: number): void {
    const held = new Set(processes.flatMap(({ listens }) => listens));
    for (const record of this.registry.table.ofHost(host)) {
      for (const port of [...record.ports]) {
        if (!held.has(port)) this.registry.servers.left(record, port, at);
      }
    }
  }
}

function startOf({ heartbeat }: AppRecord): number {
  return heartbeat?.track.life.startedAt ?? 0;
}
