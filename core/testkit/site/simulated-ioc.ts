/** One IOC of a simulated site: answers searches, sends beacons as RSRV does, serves channels over TCP. */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import {
  AccessRights,
  ADDRESS_IS_SOURCE,
  DbrType,
  decodeDatagram,
  Eca,
  encodeDatagram,
  encodeDbr,
  encodeMessage,
  fieldTypeOf,
  type Message,
  MINOR_VERSION,
  StreamDecoder,
  utcMsToEpicsTime,
} from "epics-ca";
import { bindUdp, listenTcp } from "./listening.js";
import type { IocPlan } from "./plan.js";

export interface SitePorts {
  readonly searchPort: number;
  readonly beaconPort: number;
  /** Where searches and beacons are broadcast. */
  readonly broadcast: string;
  /** Between two beacons, after the ramp at a start. */
  readonly beaconPeriodMs: number;
  /** Times that everything goes faster than life: beacon ramp and period, retries. */
  readonly speed: number;
}

/** The ramp of beacons after a start: 0.02 s doubling up to the period (CA specification, beacons). */
const FIRST_BEACON_GAP_MS = 20;
const VERSION: Message = { type: "version", priority: 0, minorVersion: MINOR_VERSION };

export class SimulatedIoc {
  readonly plan: IocPlan;
  readonly #ports: SitePorts;
  readonly #names: ReadonlySet<string>;
  readonly #circuits = new Set<Socket>();
  #udp: UdpSocket | undefined;
  #tcp: Server | undefined;
  #beaconTimer: NodeJS.Timeout | undefined;
  #sequence = 0;
  #beacons = 0;

  constructor(plan: IocPlan, ports: SitePorts) {
    this.plan = plan;
    this.#ports = ports;
    this.#names = new Set(plan.names);
  }

  get running(): boolean {
    return this.#udp !== undefined;
  }

  /** `ip:port` as pvmon names it: like the only IOC of a host, it has the port that is searched at for TCP, too. */
  get server(): string {
    return `${this.plan.address}:${this.#ports.searchPort}`;
  }

  async start(): Promise<void> {
    this.#tcp = createServer((circuit) => this.#serve(circuit));
    await listenTcp(this.#tcp, this.#ports.searchPort, this.plan.address);
    const udp = createSocket({ type: "udp4", reuseAddr: true });
    await bindUdp(udp, this.#ports.searchPort, this.plan.address);
    udp.setBroadcast(true);
    udp.on("message", (bytes, { address, port }) => {
      this.answer(decodeDatagram(bytes, "client").messages, port, address);
    });
    udp.on("error", () => undefined);
    this.#udp = udp;
    this.#sequence = 0;
    this.#beacons = 0;
    this.#beaconTimer = setTimeout(
      () => this.#beacon(FIRST_BEACON_GAP_MS),
      this.plan.firstBeaconMs / this.#ports.speed,
    );
  }

  /** The process dies: no more beacons, circuits closed. */
  async kill(): Promise<void> {
    clearTimeout(this.#beaconTimer);
    this.#beaconTimer = undefined;
    for (const circuit of this.#circuits) circuit.destroy();
    const udp = this.#udp;
    const tcp = this.#tcp;
    this.#udp = undefined;
    this.#tcp = undefined;
    if (udp !== undefined) await new Promise<void>((resolve) => udp.close(() => resolve()));
    if (tcp !== undefined) await new Promise<void>((resolve) => tcp.close(() => resolve()));
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

  /** Answers the names of a datagram that it has. */
  answer(messages: readonly Message[], port: number, address: string): void {
    if (this.#udp === undefined || this.#beaconTimer === undefined) return;
    const replies = messages
      .filter((message) => message.type === "search")
      .filter(({ name }) => this.#names.has(recordName(name)))
      .map(
        ({ cid }): Message => ({
          type: "searchReply",
          cid,
          port: this.#ports.searchPort,
          address: ADDRESS_IS_SOURCE,
          minorVersion: MINOR_VERSION,
        }),
      );
    if (replies.length === 0) return;
    this.#udp.send(encodeDatagram([VERSION, ...replies]), port, address);
  }

  #beacon(gapMs: number): void {
    const { beaconPort, broadcast, beaconPeriodMs, speed } = this.#ports;
    const beacon = encodeMessage({
      type: "beacon",
      minorVersion: MINOR_VERSION,
      port: this.#ports.searchPort,
      sequence: this.#sequence,
      address: 0,
    });
    this.#udp?.send(beacon, beaconPort, broadcast);
    // RSRV raises its counter after the second beacon for the first time (online_notify.c).
    this.#beacons += 1;
    if (this.plan.counting === "caproto" || this.#beacons > 1)
      this.#sequence = (this.#sequence + 1) >>> 0;
    const nextMs = Math.min(gapMs * 2, beaconPeriodMs);
    this.#beaconTimer = setTimeout(
      () => this.#beacon(nextMs),
      Math.min(gapMs, beaconPeriodMs) / speed,
    );
  }

  #serve(circuit: Socket): void {
    this.#circuits.add(circuit);
    circuit.on("close", () => this.#circuits.delete(circuit));
    circuit.on("error", () => circuit.destroy());
    const decoder = new StreamDecoder({ from: "client" });
    const channels = new Map<number, string>();
    circuit.on("data", (chunk) => {
      const { messages, damage } = decoder.push(chunk);
      for (const message of messages) {
        for (const reply of this.#answer(message, channels)) circuit.write(encodeMessage(reply));
      }
      if (damage !== undefined) circuit.destroy();
    });
  }

  #answer(message: Message, channels: Map<number, string>): readonly Message[] {
    switch (message.type) {
      case "version":
        return [VERSION];
      case "echo":
        return [message];
      case "createChan": {
        const { cid, name } = message;
        if (!this.#names.has(recordName(name))) return [{ type: "createChFail", cid }];
        const sid = channels.size + 1;
        channels.set(sid, name);
        return [
          { type: "accessRights", cid, rights: AccessRights.READ | AccessRights.WRITE },
          { type: "createChanReply", cid, sid, dataType: DbrType.DOUBLE, dataCount: 1 },
        ];
      }
      case "readNotify": {
        const { ioid, dataType } = message;
        const payload = channels.has(message.sid) ? currentValue(dataType) : undefined;
        const status = payload === undefined ? Eca.BADTYPE : Eca.NORMAL;
        const none = new Uint8Array(0);
        return [
          {
            type: "readNotifyReply",
            dataType,
            dataCount: 1,
            status,
            ioid,
            payload: payload ?? none,
          },
        ];
      }
      default:
        return [];
    }
  }
}

/** The record of `record.FIELD`. */
function recordName(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}

/** A slow sine, in any type that holds a number; undefined for the others. */
function currentValue(type: number): Uint8Array | undefined {
  const field = fieldTypeOf(type);
  if (field === undefined) return undefined;
  const value = 50 + 40 * Math.sin(Date.now() / 10_000);
  const elements = field === "STRING" ? [value.toFixed(3)] : [value];
  return encodeDbr({
    type,
    elements,
    time: utcMsToEpicsTime(Date.now()),
    units: "mA",
    precision: 2,
  });
}
