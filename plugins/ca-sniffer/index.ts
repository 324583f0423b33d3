/** ca-sniffer: watches Channel Access on the wire, and asks nobody anything. */
import { CLOCK, defineDetector, NETWORK } from "pvmon";
import { configSchema } from "./config.js";
import { diagnose } from "./diagnosis.js";
import { Sniffer } from "./sniffer.js";

export default defineDetector({
  name: "ca-sniffer",
  description:
    "Watches searches, replies, beacons and channels of Channel Access, by sockets, tcpdump or a capture file.",
  configSchema,
  needs: { clock: CLOCK, network: NETWORK },
  diagnose,
  create: ({ config, services, host, emitter }) =>
    new Sniffer({ config, host, emitter, ...services }),
});
