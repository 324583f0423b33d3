/** What leaves pvmon for the control network, by its own counters and by tcpdump, which takes nobody's word. */
import { setTimeout as sleep } from "node:timers/promises";
import { Capture, type Place } from "../../peers/index.js";
import type { PvmonProcess } from "../pvmon-process.js";

/** pvmon, browser and tests talk among 127.0.0.1; what else goes from there goes to IOCs and clients of the simulated site. */
const TO_THE_SITE = "src host 127.0.0.1 and not dst host 127.0.0.1";
/** What is on its way through the kernel, or in tcpdump. */
const SETTLE_MS = 100;

export interface Sent {
  /** Sum of the counters `..._sent_total` of all plugins. */
  readonly counted: number;
  /** Packets. */
  readonly seen: number;
}

export class SentPackets {
  readonly #pvmon: PvmonProcess;
  readonly #capture: Capture;

  private constructor(pvmon: PvmonProcess, capture: Capture) {
    this.#pvmon = pvmon;
    this.#capture = capture;
  }

  static async watch(pvmon: PvmonProcess, on: Place): Promise<SentPackets> {
    return new SentPackets(pvmon, await Capture.start(on, TO_THE_SITE, "lo"));
  }

  /** Until now: the counters since pvmon started, the packets since they are watched. */
  async untilNow(): Promise<Sent> {
    await sleep(SETTLE_MS);
    const { metrics } = await this.#pvmon.get("/api/v1/status");
    const sent = (metrics as readonly { name: string; value: number }[]).filter(({ name }) =>
      name.endsWith("_sent_total"),
    );
    const counted = sent.reduce((sum, { value }) => sum + value, 0);
    return { counted, seen: await this.#capture.count() };
  }

  async stop(): Promise<void> {
    await this.#capture.stop();
  }
}
