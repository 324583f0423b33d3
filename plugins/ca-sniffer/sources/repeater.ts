/**
 * A client of the CA repeater on this host, for when the repeater holds the beacon port and does not share it: it then
 * passes every beacon on to its registered clients (CA specification, repeater).
 */
import { decodeDatagram, encodeMessage } from "epics-ca";
import type { Clock, Endpoint, NetworkService, UdpSocket } from "pvmon";
import { emptySegment, type PacketSink } from "../network/packet.js";
import type { Sensor } from "../sensor.js";

const LOOPBACK = 0x7f000001;
/** Until it confirms; afterwards, so that a repeater that was started anew knows us again. */
const REGISTER_PERIOD_MS = 1000;
const REGISTER_AGAIN_MS = 15_000;
/** Unconfirmed for so long means that nobody passes beacons on. */
const CONFIRM_WITHIN_MS = 3000;

export interface RepeaterOptions {
  /** The repeater's UDP port, 5065 by default. */
  readonly port: number;
  readonly clock: Clock;
  readonly network: NetworkService;
  readonly sensor: Sensor;
  readonly sink: PacketSink;
}

export class RepeaterClient {
  readonly #options: RepeaterOptions;
  #socket: UdpSocket | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Monotonic ms: of the last confirmation, and of the first request that has not been confirmed. */
  #confirmedAt = 0;
  #unconfirmedSince: number | undefined;

  constructor(options: RepeaterOptions) {
    this.#options = options;
  }

  /** Safe when started already; opens the socket again when that has failed. */
  async start(): Promise<void> {
    if (this.#socket !== undefined) return;
    const { clock, network, sensor } = this.#options;
    sensor.outage = this.#noAnswer;
    sensor.silenceMatters = true;
    this.#unconfirmedSince = clock.elapsed();
    this.#socket = await network.openUdp({
      local: { ip: LOOPBACK, port: 0 },
      datagram: (bytes, from) => this.#receive(bytes, from),
      failed: () => this.#close(),
    });
    this.#register();
    this.#cancelTimer = clock.every(REGISTER_PERIOD_MS, () => this.#register());
  }

  stop(): void {
    if (this.#socket === undefined) return;
    this.#close();
    // The interfaces' own sockets hear beacons again.
    this.#options.sensor.retire();
  }

  /** @param drops as of `UdpSocket.newDrops` */
  countDrops(drops: ReadonlyMap<string, number>): void {
    this.#options.sensor.lostByKernel(this.#socket?.newDrops(drops) ?? 0);
  }

  #close(): void {
    this.#cancelTimer?.();
    this.#socket?.close();
    this.#socket = undefined;
  }

  get #noAnswer(): string {
    return `no CA repeater answers on UDP port ${this.#options.port}`;
  }

  #register(): void {
    const now = this.#options.clock.elapsed();
    const confirmed = this.#unconfirmedSince === undefined;
    if (confirmed && now - this.#confirmedAt < REGISTER_AGAIN_MS) return;
    this.#unconfirmedSince ??= now;
    if (now - this.#unconfirmedSince > CONFIRM_WITHIN_MS)
      this.#options.sensor.outage = this.#noAnswer;
    const request = encodeMessage({ type: "repeaterRegister", address: LOOPBACK });
    this.#socket?.send(request, { ip: LOOPBACK, port: this.#options.port });
  }

  #receive(bytes: Uint8Array, { ip, port }: Endpoint): void {
    const { clock, sink, sensor } = this.#options;
    // Anybody on this host may send to our port; only the repeater passes beacons on.
    if (port !== this.#options.port || ip !== LOOPBACK) return;
    if (decodeDatagram(bytes).messages.some(({ type }) => type === "repeaterConfirm")) {
      this.#confirmedAt = clock.elapsed();
      this.#unconfirmedSince = undefined;
      sensor.outage = undefined;
    }
    const packet = emptySegment();
    packet.at = clock.now();
    packet.source = ip;
    packet.sourcePort = port;
    packet.destinationPort = port;
    packet.bytes = bytes;
    packet.end = bytes.length;
    sink.datagram(packet);
  }
}
