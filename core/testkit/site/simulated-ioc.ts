/** One IOC of a simulated site: answers searches, sends beacons as RSRV does, serves channels over TCP. */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import {
  ADDRESS_IS_SOURCE,
  decodeDatagram,
  encodeDatagram,
  encodeMessage,
  type Message,
  MINOR_VERSION,
  StreamDecoder,
} from "epics-ca";
import {
  plannedRecords,
  type Records,
  recordName,
  ServedCircuit,
  VERSION,
} from "./ioc-channels.js";
import { bindUdp, listenTcp } from "./listening.js";
import type { IocPlan } from "./plan.js";

/** Where all of a site search, and send beacons and heartbeats, and how often. */
export interface SitePorts {
  readonly searchPort: number;
  readonly beaconPort: number;
  readonly heartbeatPort: number;
  /** Where searches, beacons and heartbeats are broadcast. */
  readonly broadcast: string;
  /** Between two beacons, after the ramp at a start. */
  readonly beaconPeriodMs: number;
  readonly heartbeatPeriodMs: number;
  /** Times that everything goes faster than life: beacon ramp and period, retries. */
  readonly speed: number;
}

/** The ramp of beacons after a start: 0.02 s doubling up to the period (CA specification, beacons). */
const FIRST_BEACON_GAP_MS = 20;
/** How far the counter of another server is from its own, that says it is this one. */
const IMPOSTOR_AHEAD = 5000;

export class SimulatedIoc {
  readonly plan: IocPlan;
  readonly #ports: SitePorts;
  readonly #records: Records;
  readonly #circuits = new Map<Socket, ServedCircuit>();
  /** One for each of its addresses. */
  #udp: UdpSocket[] = [];
  #tcp: Server[] = [];
  #beaconTimer: NodeJS.Timeout | undefined;
  #sequence = 0;
  #beacons = 0;
  #hangs = false;
  #isCutOff = false;
  #hasImpostor = false;
  /** Of its first life; those after it begin at 0. */
  #upMs: number;

  /** @param records what it serves; those of the plan unless given */
  constructor(plan: IocPlan, ports: SitePorts, records: Records = plannedRecords(plan)) {
    this.plan = plan;
    this.#ports = ports;
    this.#records = records;
    this.#upMs = plan.upMs ?? 0;
  }

  get running(): boolean {
    return this.#udp.length > 0;
  }

  /** `ip:port` as pvmon names it: the only IOC of a host has the port that is searched at for TCP, too. */
  get server(): string {
    return `${this.plan.address}:${this.#port}`;
  }

  get #port(): number {
    return this.plan.port ?? this.#ports.searchPort;
  }

  async start(): Promise<void> {
    const { address, alsoAt } = this.plan;
    for (const one of alsoAt === undefined ? [address] : [address, alsoAt]) {
      await this.#listen(one);
    }
    const { beaconPeriodMs, speed } = this.#ports;
    this.#hangs = false;
    this.#isCutOff = false;
    this.#beacons = beaconsAfter(this.#upMs, beaconPeriodMs);
    this.#sequence = this.#beacons === 0 ? 0 : this.#beacons - (this.#isRsrv ? 1 : 0);
    const gapMs = this.#beacons === 0 ? FIRST_BEACON_GAP_MS : beaconPeriodMs;
    this.#upMs = 0;
    this.#beaconTimer = setTimeout(() => this.#beacon(gapMs), this.plan.firstBeaconMs / speed);
  }

  /** The process dies: no more beacons, circuits closed. */
  async kill(): Promise<void> {
    clearTimeout(this.#beaconTimer);
    this.#beaconTimer = undefined;
    for (const circuit of this.#circuits.keys()) circuit.destroy();
    const open = [...this.#udp.splice(0), ...this.#tcp.splice(0)];
    await Promise.all(
      open.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))),
    );
  }

  /** `iocPause`: no beacons, no answers; the counter stands. */
  pause(): void {
    clearTimeout(this.#beaconTimer);
    this.#beaconTimer = undefined;
  }

  /** `iocRun`: the ramp again, the counter goes on. */
  resume(): void {
    if (this.running && this.#beaconTimer === undefined) this.#beacon(FIRST_BEACON_GAP_MS);
  }

  /** Its database stands still: searches and circuits get no answer, while beacons go on. Until {@link recover}, or a restart. */
  hang(): void {
    this.#hangs = true;
  }

  recover(): void {
    this.#hangs = false;
  }

  /**
   * Its host's cable is pulled: nothing of it is heard, and circuits come to nothing; unlike after {@link kill} nobody
   * refuses them. Until {@link plug}, or a restart.
   */
  unplug(): void {
    this.#isCutOff = true;
    for (const circuit of this.#circuits.keys()) circuit.destroy();
  }

  /** It was there all the time, and counted on. */
  plug(): void {
    this.#isCutOff = false;
  }

  /** While it is true, another server that says it is this one sends beacons, too, as a copied virtual machine does. */
  set hasImpostor(has: boolean) {
    this.#hasImpostor = has;
  }

  /** The record has another value: those who watch it are told. */
  changed(record: string): void {
    for (const [circuit, served] of this.#circuits) {
      for (const message of served.changed(record)) circuit.write(encodeMessage(message));
    }
  }

  /** Answers the names of a datagram that it has, which was broadcast: from each of its addresses. */
  answer(messages: readonly Message[], port: number, address: string): void {
    for (const udp of this.#udp) this.#answer(udp, messages, port, address);
  }

  #answer(udp: UdpSocket, messages: readonly Message[], port: number, address: string): void {
    if (this.#beaconTimer === undefined) return;
    if (this.#hangs || this.#isCutOff) return;
    const replies = messages
      .filter((message) => message.type === "search")
      .filter(({ name }) => this.#records.has(recordName(name)))
      .map(
        ({ cid }): Message => ({
          type: "searchReply",
          cid,
          port: this.#port,
          address: ADDRESS_IS_SOURCE,
          minorVersion: MINOR_VERSION,
        }),
      );
    if (replies.length === 0) return;
    udp.send(encodeDatagram([VERSION, ...replies]), port, address);
  }

  async #listen(address: string): Promise<void> {
    const tcp = createServer((circuit) => this.#serve(circuit));
    await listenTcp(tcp, this.#port, address);
    this.#tcp.push(tcp);
    const udp = createSocket({ type: "udp4", reuseAddr: true });
    await bindUdp(udp, this.#ports.searchPort, address);
    udp.setBroadcast(true);
    udp.on("message", (bytes, from) => {
      this.#answer(udp, decodeDatagram(bytes, "client").messages, from.port, from.address);
    });
    udp.on("error", () => undefined);
    this.#udp.push(udp);
  }

  #beacon(gapMs: number): void {
    const { beaconPeriodMs, speed } = this.#ports;
    this.#sendBeacon(this.#sequence);
    if (this.#hasImpostor) this.#sendBeacon(this.#sequence + IMPOSTOR_AHEAD);
    // RSRV raises its counter after the second beacon for the first time (online_notify.c).
    this.#beacons += 1;
    if (!this.#isRsrv || this.#beacons > 1) this.#sequence = (this.#sequence + 1) >>> 0;
    const nextMs = Math.min(gapMs * 2, beaconPeriodMs);
    this.#beaconTimer = setTimeout(
      () => this.#beacon(nextMs),
      Math.min(gapMs, beaconPeriodMs) / speed,
    );
  }

  #sendBeacon(sequence: number): void {
    const { beaconPort, broadcast } = this.#ports;
    const port = this.#port;
    const minorVersion = MINOR_VERSION;
    const beacon = encodeMessage({ type: "beacon", minorVersion, port, sequence, address: 0 });
    if (this.#isCutOff) return;
    for (const udp of this.#udp) udp.send(beacon, beaconPort, broadcast);
  }

  get #isRsrv(): boolean {
    return this.plan.counting === "rsrv";
  }

  #serve(circuit: Socket): void {
    if (this.#isCutOff) {
      circuit.destroy();
      return;
    }
    const served = new ServedCircuit(this.#records);
    this.#circuits.set(circuit, served);
    circuit.on("close", () => this.#circuits.delete(circuit));
    circuit.on("error", () => circuit.destroy());
    const decoder = new StreamDecoder({ from: "client" });
    circuit.on("data", (chunk) => {
      const { messages, damage } = decoder.push(chunk);
      if (this.#hangs) return;
      for (const message of messages) {
        for (const reply of served.answer(message)) circuit.write(encodeMessage(reply));
      }
      if (damage !== undefined) circuit.destroy();
    });
  }
}

/** How many beacons a server has sent after so long: those of the ramp, then one a period. */
function beaconsAfter(upMs: number, periodMs: number): number {
  let beacons = 0;
  let leftMs = upMs;
  for (let gapMs = FIRST_BEACON_GAP_MS; gapMs < periodMs && leftMs > 0; gapMs *= 2) {
    leftMs -= gapMs;
    beacons += 1;
  }
  return beacons + Math.max(0, Math.floor(leftMs / periodMs));
}
