/** What one place that hears packets counts, and its report. When it does not see is for its owner to say. */
import type { SensorReport } from "../model/observation.js";

export class SensorCounts<Reason extends string> {
  /** The plugin id and the place, as in `my-plugin/eth0`. */
  readonly name: string;
  readonly #decodeErrors: Record<string, number> = {};
  #packets = 0;
  #bytes = 0;
  #ignored = 0;
  #kernelDrops = 0;
  #lastPacketAt: number | null = null;

  constructor(name: string) {
    this.name = name;
  }

  /** UTC ms; null before the first one. */
  get lastPacketAt(): number | null {
    return this.#lastPacketAt;
  }

  /** A packet arrived, ignored ones included. */
  heard(at: number, bytes: number): void {
    this.#packets++;
    this.#bytes += bytes;
    this.#lastPacketAt = at;
  }

  ignored(): void {
    this.#ignored++;
  }

  error(reason: Reason): void {
    this.#decodeErrors[reason] = (this.#decodeErrors[reason] ?? 0) + 1;
  }

  /** More packets lost by the kernel since the last call. */
  lostByKernel(packets: number): void {
    this.#kernelDrops += packets;
  }

  /** @param blindness why it does not see, for people; undefined when it does. */
  protected reported(at: number, blindness: string | undefined): SensorReport {
    return {
      type: "sensor",
      at,
      sensor: this.name,
      sees: blindness === undefined,
      ...(blindness !== undefined && { reason: blindness }),
      lastPacketAt: this.#lastPacketAt,
      packets: this.#packets,
      bytes: this.#bytes,
      dropped: { kernel: this.#kernelDrops, queue: 0 },
      ignored: this.#ignored,
      decodeErrors: { ...this.#decodeErrors },
    };
  }
}
