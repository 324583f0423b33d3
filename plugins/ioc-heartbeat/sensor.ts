/** What one listening socket counts, and what it says about itself each second. */
import type { SensorReport } from "pvmon";
import type { HeartbeatError } from "./heartbeat.js";

export class Sensor {
  /** The plugin id and the socket, as in `ioc-heartbeat/0.0.0.0:5066`. */
  readonly name: string;
  /** Why it cannot hear at all: its socket is not open, every network is down. */
  outage: string | undefined = "not open yet";
  readonly #decodeErrors: Partial<Record<HeartbeatError, number>> = {};
  #packets = 0;
  #bytes = 0;
  #ignored = 0;
  #kernelDrops = 0;
  #lastPacketAt: number | null = null;

  constructor(name: string) {
    this.name = name;
  }

  /** A datagram arrived, ignored ones included. */
  heard(at: number, bytes: number): void {
    this.#packets++;
    this.#bytes += bytes;
    this.#lastPacketAt = at;
  }

  ignored(): void {
    this.#ignored++;
  }

  error(reason: HeartbeatError): void {
    this.#decodeErrors[reason] = (this.#decodeErrors[reason] ?? 0) + 1;
  }

  /** More packets lost by the kernel since the last call. */
  lostByKernel(packets: number): void {
    this.#kernelDrops += packets;
  }

  /** `silenceSeconds` 0: silence is never blindness. Before the first packet it never is: a site may have no heartbeats. */
  report(at: number, silenceSeconds: number): SensorReport {
    const isSilent =
      silenceSeconds > 0 &&
      this.#lastPacketAt !== null &&
      at - this.#lastPacketAt > silenceSeconds * 1000;
    const reason =
      this.outage ?? (isSilent ? `no heartbeat for more than ${silenceSeconds} s` : undefined);
    return {
      type: "sensor",
      at,
      sensor: this.name,
      sees: reason === undefined,
      ...(reason !== undefined && { reason }),
      lastPacketAt: this.#lastPacketAt,
      packets: this.#packets,
      bytes: this.#bytes,
      dropped: { kernel: this.#kernelDrops, queue: 0 },
      ignored: this.#ignored,
      decodeErrors: { ...this.#decodeErrors },
    };
  }
}
