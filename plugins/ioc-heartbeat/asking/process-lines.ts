/**
 * The lines of a process map put together: port to socket to process to command line and directory. Pure; lines that
 * are none of those known (headers, errors, what a later version may add) are left out.
 */
import type { ProcessSeen } from "pvmon";
import { cleanText } from "../text.js";

/** TCP state of a listening socket, as in /proc/net/tcp. */
const LISTEN = "0A";
const LOCAL_ADDRESS = 1;
const STATE = 3;
const USER = 7;
const INODE = 9;
const MAX_TEXT = 4096;
const MAX_PID = 0x7fff_ffff;
const MAX_PORTS = 1024;

interface Socket {
  readonly port: number;
  readonly user: string;
  readonly listens: boolean;
}

interface Process {
  readonly inodes: Set<string>;
  commandLine: string;
  directory: string;
}

export class ProcessLines {
  /** By inode. */
  readonly #sockets = new Map<string, Socket>();
  /** By pid. */
  readonly #processes = new Map<number, Process>();

  add(line: string): void {
    const [, tag, rest] = /^(tcp6?|udp6?|pid): ?(.*)$/s.exec(line) ?? [];
    if (tag === undefined || rest === undefined) return;
    if (tag === "pid") this.#addOfProcess(rest);
    else this.#addSocket(tag.startsWith("tcp"), rest);
  }

  /** Processes that hold a port, by pid. */
  processes(): ProcessSeen[] {
    return [...this.#processes]
      .map(([pid, { inodes, commandLine, directory }]) => {
        const sockets = [...inodes].flatMap((inode) => this.#sockets.get(inode) ?? []);
        const listens = ports(sockets.filter((socket) => socket.listens));
        const others = ports(sockets.filter((socket) => !socket.listens));
        return { pid, commandLine, directory, listens, sockets: others };
      })
      .filter(({ listens, sockets }) => listens.length + sockets.length > 0)
      .sort((a, b) => a.pid - b.pid);
  }

  /**
   * Whether the sender could look into the processes of every user who listens on a port, as root can. Some sockets are
   * the kernel's own and have no process, so one process of each user is enough.
   */
  showsAllUsers(): boolean {
    const held = new Set([...this.#processes.values()].flatMap(({ inodes }) => [...inodes]));
    const seen = new Set<string>();
    const listening = new Set<string>();
    for (const [inode, { user, listens }] of this.#sockets) {
      if (held.has(inode)) seen.add(user);
      if (listens) listening.add(user);
    }
    return [...listening].every((user) => seen.has(user));
  }

  /** `0: 0100007F:13C8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 ...` */
  #addSocket(isTcp: boolean, row: string): void {
    const columns = row.trim().split(/\s+/, INODE + 1);
    const port = /^(?:[\da-f]{8}|[\da-f]{32}):([\da-f]{4})$/i.exec(
      columns[LOCAL_ADDRESS] ?? "",
    )?.[1];
    const inode = columns[INODE] ?? "";
    // A socket without a process has the inode 0.
    if (port === undefined || !/^[1-9]\d{0,18}$/.test(inode)) return;
    this.#sockets.set(inode, {
      port: Number.parseInt(port, 16),
      user: columns[USER] ?? "",
      listens: isTcp && columns[STATE]?.toUpperCase() === LISTEN,
    });
  }

  /** `4711 socket:[123]`, `4711 cmdline: ...`, `4711 cwd: ...` */
  #addOfProcess(text: string): void {
    const [, digits, rest = ""] = /^(\d{1,10}) (.*)$/s.exec(text) ?? [];
    const pid = Number(digits);
    if (!(pid > 0 && pid <= MAX_PID)) return;
    const [, what, said = ""] = /^(cmdline|cwd): ?(.*)$/s.exec(rest) ?? [];
    const inode = /^socket:\[(\d{1,19})\]/.exec(rest)?.[1];
    if (what === undefined && inode === undefined) return;
    const process = this.#process(pid);
    if (inode !== undefined) process.inodes.add(inode);
    // Arguments end with NUL each.
    else if (what === "cmdline")
      process.commandLine = cleanText(said.replaceAll("\0", " "), MAX_TEXT);
    else process.directory = cleanText(said, MAX_TEXT);
  }

  #process(pid: number): Process {
    let process = this.#processes.get(pid);
    if (process === undefined) {
      process = { inodes: new Set(), commandLine: "", directory: "" };
      this.#processes.set(pid, process);
    }
    return process;
  }
}

/** Each once, in order. */
function ports(sockets: readonly Socket[]): number[] {
  return [...new Set(sockets.map(({ port }) => port))].sort((a, b) => a - b).slice(0, MAX_PORTS);
}
