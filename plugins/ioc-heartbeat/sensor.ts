/** What one listening socket counts, and what it says about itself each second. */
import type { SensorReport } from "pvmon";
import { SensorCounts } from "pvmon/network";
import type { HeartbeatError } from "./heartbeat.js";

/** Named by the plugin id and the socket, as in `ioc-heartbeat/0.0.0.0:5066`. */
export class Sensor extends SensorCounts<HeartbeatError> {
  /** Why it cannot hear at all: its socket is not open, every network is down. */
  outage: string | undefined = "not open yet";

  /** `silenceSeconds` 0: silence is never blindness. Before the first packet it never is: a site may have no heartbeats. */
  report(at: number, silenceSeconds: number): SensorReport {
    const isSilent =
      silenceSeconds > 0 &&
      this.lastPacketAt !== null &&
      at - this.lastPacketAt > silenceSeconds * 1000;
    const silence = isSilent ? `no heartbeat for more than ${silenceSeconds} s` : undefined;
    return this.reported(at, this.outage ?? silence);
  }
}
