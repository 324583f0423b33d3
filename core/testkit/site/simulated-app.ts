/** One application of a simulated site that sends heartbeats, and answers when it is asked for its PVs and processes. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { bindUdp } from "./listening.js";
import type { AppPlan } from "./plan.js";
import type { SitePorts } from "./simulated-ioc.js";

const LIST_PVS = 0x4da3_b921;
const NETSTAT = 0x7f20_1c3b;
const REQUEST_BYTES = 16;
const NAMES_A_PAGE = 10;
/** The line after the last one of a process map. */
const NO_LINE = "__NONE__";
/** Each start has another one. */
const NEXT_PID = 17;

export class SimulatedApp {
  readonly plan: AppPlan;
  readonly #ports: SitePorts;
  readonly #linesOfHost: () => readonly string[];
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #sequence = 0;
  #pid: number;
  #isFirstLife = true;
  #build = 0;
  #lines: readonly string[] = [];
  #running = false;
  #isCutOff = false;

  /** @param linesOfHost the process map of its host, asked for anew with each first line */
  constructor(plan: AppPlan, ports: SitePorts, linesOfHost: () => readonly string[]) {
    this.plan = plan;
    this.#ports = ports;
    this.#linesOfHost = linesOfHost;
    this.#pid = plan.pid;
  }

  get running(): boolean {
    return this.#running;
  }

  /** With its pid of now. */
  get process(): AppPlan {
    return { ...this.plan, pid: this.#pid };
  }

  /** Of one without heartbeats nothing is heard. Rejects with the system's error. */
  async start(): Promise<void> {
    const { address, upMs, version } = this.plan;
    const { heartbeatPeriodMs, speed } = this.#ports;
    const agoMs = this.#isFirstLife ? upMs : 0;
    if (!this.#isFirstLife) this.#pid += NEXT_PID;
    this.#isFirstLife = false;
    this.#running = true;
    this.#isCutOff = false;
    if (version === null) return;
    const socket = createSocket("udp4");
    await bindUdp(socket, 0, address);
    socket.setBroadcast(true);
    socket.on("message", (bytes, from) => this.#obey(bytes, from));
    socket.on("error", () => undefined);
    this.#socket = socket;
    this.#startedAt = Date.now() - agoMs;
    this.#sequence = Math.floor(agoMs / heartbeatPeriodMs);
    // Not all at once, and with the same pid always at the same time.
    const firstMs = (heartbeatPeriodMs * (this.#pid % 50)) / 50;
    this.#timer = setTimeout(() => this.#beat(), firstMs / speed);
  }

  /** Its host's cable is pulled, until {@link plug}: it beats on, and nobody hears it. */
  unplug(): void {
    this.#isCutOff = true;
  }

  plug(): void {
    this.#isCutOff = false;
  }

  /** The process ends. Safe before `start`, and twice. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#running = false;
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  #beat(): void {
    const { heartbeatPort, heartbeatPeriodMs, broadcast, searchPort, speed } = this.#ports;
    const { version, image, command, directory, port } = this.plan;
    this.#sequence += 1;
    const now = Date.now();
    const fields = {
      seq: this.#sequence,
      sp: port === 0 ? searchPort : port,
      up: Math.floor((now - this.#startedAt) / 1000),
      cur: Math.floor(now / 1000),
      pid: this.#pid,
      cwd: directory,
      ver: version,
      img: image,
      stcmd: command,
    };
    const texts = Object.entries(fields).map(([key, value]) => [key, `${value}`]);
    const text = JSON.stringify(Object.fromEntries(texts));
    if (!this.#isCutOff) this.#socket?.send(text, heartbeatPort, broadcast);
    this.#timer = setTimeout(() => this.#beat(), heartbeatPeriodMs / speed);
  }

  /** 16 bytes, big-endian: command, counter, offset, handle. The counter has to be that of a late heartbeat, or it is a replay. */
  #obey(bytes: Buffer, { address, port }: RemoteInfo): void {
    if (bytes.length !== REQUEST_BYTES || this.#isCutOff) return;
    const [command, counter = 0, offset = 0, handle = 0] = [0, 4, 8, 12].map((at) =>
      bytes.readUInt32BE(at),
    );
    if ((this.#sequence - counter) >>> 0 > 1) return;
    const { version, names } = this.plan;
    if (command === LIST_PVS) {
      const pvs = names.slice(offset, offset + NAMES_A_PAGE);
      const page = { handle: `${handle}`, offset: `${offset}`, pvs, total: `${names.length}` };
      this.#socket?.send(JSON.stringify(page), port, address);
    } else if (command === NETSTAT && version === "2.0") {
      if (offset === 0) {
        this.#build += 1;
        this.#lines = [`build: ${this.#build}`, ...this.#linesOfHost()];
      }
      const l = this.#lines[offset] ?? NO_LINE;
      const line = { h: `${handle}`, o: `${offset}`, b: `${this.#build}`, l };
      this.#socket?.send(JSON.stringify(line), port, address);
    }
  }
}
