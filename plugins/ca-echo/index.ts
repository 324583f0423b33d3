/** Whether servers answer at all: a circuit and an ECHO, where beacons and searches leave doubts. */
import { CLOCK, defineProbe, INVENTORY } from "pvmon";
import { configSchema } from "./config.js";
import { EchoProbe } from "./probe.js";

export default defineProbe({
  name: "ca-echo",
  description:
    "Checks over TCP whether servers answer: tells hanging, stopped and silent ones apart.",
  configSchema,
  needs: { inventory: INVENTORY, clock: CLOCK },
  create: ({ config, services, host, emitter }) =>
    new EchoProbe(config, services.inventory, services.clock, host, emitter),
});
