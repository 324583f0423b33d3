/** What one packet source counts, and what it says about itself each second: whether it sees, and what it missed. */
import type { SensorReport } from "pvmon";
import type { DecodeError } from "./network/reasons.js";

export class Sensor {
  /** The plugin id and the source, as in `ca-sniffer/eth0`. */
  readonly name: string;
  /** Whether no packets at all mean that something is wrong; a loopback interface may be quiet for ever. */
  silenceMatters: boolean;
  /** Why it cannot see at all, whatever it heard before: its interface is down, tcpdump has ended. */
  outage: string | undefined;
  readonly #decodeErrors: Partial<Record<DecodeError, number>> = {};
  #packets = 0;
  #bytes = 0;
  #ignored = 0;
  #kernelDrops = 0;
  #lastPacketAt: number | null = null;

  constructor(name: string, options: { readonly silenceMatters: boolean }) {
    this.name = name;
    this.silenceMatters = options.silenceMatters;
  }

  /** A CA packet arrived, ignored ones included. */
  heard(at: number, bytes: number): void {
    this.#packets++;
    this.#bytes += bytes;
    this.#lastPacketAt = at;
  }

  ignored(): void {
    this.#ignored++;
  }

  error(reason: DecodeError): void {
    this.#decodeErrors[reason] = (this.#decodeErrors[reason] ?? 0) + 1;
  }

  /** More packets lost by the kernel since the last call. */
  lostByKernel(packets: number): void {
    this.#kernelDrops += packets;
  }

  /** Nobody misses it any longer: others watch in its place, or what it watched has been taken away. */
  retire(): void {
    this.outage = undefined;
    this.silenceMatters = false;
  }

  get hasHeard(): boolean {
    return this.#lastPacketAt !== null;
  }

  /** `silenceSeconds` 0: silence is never blindness. `othersHear`: some source of the same plugin has heard packets. */
  report(at: number, silenceSeconds: number, othersHear: boolean): SensorReport {
    const reason = this.outage ?? this.#silence(at, silenceSeconds, othersHear);
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

  #silence(at: number, silenceSeconds: number, othersHear: boolean): string | undefined {
    if (!this.silenceMatters || silenceSeconds === 0) return undefined;
    if (this.#lastPacketAt === null) return othersHear ? undefined : "no packet heard yet";
    return at - this.#lastPacketAt > silenceSeconds * 1000
      ? `no packet for more than ${silenceSeconds} s`
      : undefined;
  }
}
