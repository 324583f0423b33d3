/** The latest process map of each host: who holds its ports, and its procServ processes. All of it together is bounded. */
import { formatIpv4, type Ipv4 } from "../address.js";
import type { ProcessMapRead, ProcessSeen } from "../observation.js";
import type { HostView, PortHolder } from "../views.js";
import { cleanCommandLine, cleanDirectory, procServPort } from "./app-identity.js";

/** Of a host; those without a port are not counted. */
const MAX_PROCESSES = 2_000;
/** Of a process, each kind. */
const MAX_PORTS = 1_000;
/** Letters and ports over all hosts, about; a host has some ten thousand. */
const MAX_TOTAL_SIZE = 50_000_000;
/** What a process costs beside them. */
const PROCESS_SIZE = 100;

interface HostProcesses {
  readonly host: Ipv4;
  readonly at: number;
  readonly complete: boolean;
  readonly processes: readonly ProcessSeen[];
  readonly size: number;
}

export class ProcessMaps {
  /** Read longest ago first. */
  readonly #byHost = new Map<Ipv4, HostProcesses>();
  #totalSize = 0;

  constructor(private readonly maxTotalSize = MAX_TOTAL_SIZE) {}

  /**
   * Keeps the map in the place of the host's last one; of that one only what an incomplete new one may have missed. Answers
   * the processes that it has, cut and cleaned.
   * @param host the address that stands for its host.
   */
  take(host: Ipv4, { at, processes, complete }: ProcessMapRead): readonly ProcessSeen[] {
    const read = processes
      .slice(0, 4 * MAX_PROCESSES)
      .filter(({ pid }) => Number.isSafeInteger(pid))
      .map(cleaned)
      .filter(({ listens, sockets }) => listens.length + sockets.length > 0)
      .slice(0, MAX_PROCESSES);
    const pids = new Set(read.map(({ pid }) => pid));
    const earlier = complete ? [] : (this.#byHost.get(host)?.processes ?? []);
    const missed = earlier.filter(({ pid }) => !pids.has(pid));
    this.#keep(host, { at, complete, processes: [...read, ...missed].slice(0, MAX_PROCESSES) });
    return read;
  }

  /** Who listens there by TCP, or else has another socket there. */
  portHolder(host: Ipv4, port: number): PortHolder | undefined {
    const map = this.#byHost.get(host);
    const holder =
      map?.processes.find(({ listens }) => listens.includes(port)) ??
      map?.processes.find(({ sockets }) => sockets.includes(port));
    if (map === undefined || holder === undefined) return undefined;
    const { pid, commandLine, directory } = holder;
    return { host: formatIpv4(host), port, pid, commandLine, directory, at: map.at };
  }

  /** Null when there is none. */
  brief(host: Ipv4): HostView["processMap"] {
    const map = this.#byHost.get(host);
    if (map === undefined) return null;
    return { at: map.at, processes: map.processes.length, complete: map.complete };
  }

  /** By port, each once: the process that listens there, where several have it in their command lines. */
  procServs(host: Ipv4): HostView["procServs"] {
    const found = new Map<
      number,
      { readonly commandLine: string; readonly isListening: boolean }
    >();
    for (const { commandLine, listens } of this.#byHost.get(host)?.processes ?? []) {
      const port = procServPort(commandLine, (each) => listens.includes(each));
      if (port === undefined || found.get(port)?.isListening) continue;
      found.set(port, { commandLine, isListening: listens.includes(port) });
    }
    return [...found]
      .map(([port, { commandLine }]) => ({ port, commandLine }))
      .sort((a, b) => a.port - b.port);
  }

  forget(host: Ipv4): void {
    this.#totalSize -= this.#byHost.get(host)?.size ?? 0;
    this.#byHost.delete(host);
  }

  #keep(host: Ipv4, map: Omit<HostProcesses, "host" | "size">): void {
    this.forget(host);
    const size = map.processes.reduce((sum, process) => sum + sizeOf(process), PROCESS_SIZE);
    this.#byHost.set(host, { host, ...map, size });
    this.#totalSize += size;
    for (const oldest of this.#byHost.keys()) {
      if (this.#totalSize <= this.maxTotalSize) break;
      this.forget(oldest);
    }
  }
}

function cleaned({ pid, commandLine, directory, listens, sockets }: ProcessSeen): ProcessSeen {
  return {
    pid,
    commandLine: cleanCommandLine(commandLine),
    directory: cleanDirectory(directory),
    listens: listens.slice(0, MAX_PORTS),
    sockets: sockets.slice(0, MAX_PORTS),
  };
}

function sizeOf({ commandLine, directory, listens, sockets }: ProcessSeen): number {
  const ports = listens.length + sockets.length;
  return commandLine.length + directory.length + 8 * ports + PROCESS_SIZE;
}
