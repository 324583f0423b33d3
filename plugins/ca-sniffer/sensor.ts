/** What one packet source counts, and what it says about itself each second: whether it sees, and what it missed. */
import type { SensorReport } from "pvmon";
import { SensorCounts } from "pvmon/network";
import type { DecodeError } from "./network/reasons.js";

/** Named by the plugin id and the source, as in `ca-sniffer/eth0`. */
export class Sensor extends SensorCounts<DecodeError> {
  /** Whether no packets at all mean that something is wrong; a loopback interface may be quiet for ever. */
  silenceMatters: boolean;
  /** Why it cannot see at all, whatever it heard before: its interface is down, tcpdump has ended. */
  outage: string | undefined;

  constructor(name: string, options: { readonly silenceMatters: boolean }) {
    super(name);
    this.silenceMatters = options.silenceMatters;
  }

  /** Nobody misses it any longer: others watch in its place, or what it watched has been taken away. */
  retire(): void {
    this.outage = undefined;
    this.silenceMatters = false;
  }

  get hasHeard(): boolean {
    return this.lastPacketAt !== null;
  }

  /** `silenceSeconds` 0: silence is never blindness. `othersHear`: some source of the same plugin has heard packets. */
  report(at: number, silenceSeconds: number, othersHear: boolean): SensorReport {
    return this.reported(at, this.outage ?? this.#silence(at, silenceSeconds, othersHear));
  }

  #silence(at: number, silenceSeconds: number, othersHear: boolean): string | undefined {
    if (!this.silenceMatters || silenceSeconds === 0) return undefined;
    if (this.lastPacketAt === null) return othersHear ? undefined : "no packet heard yet";
    return at - this.lastPacketAt > silenceSeconds * 1000
      ? `no packet for more than ${silenceSeconds} s`
      : undefined;
  }
}
