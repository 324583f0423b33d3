/** Health of hosts, from the PVs that a LinuxMonitor on each of them serves. */
import { CLOCK, defineProbe, INVENTORY } from "pvmon";
import { configSchema } from "./config.js";
import { LinuxMonitorProbe } from "./probe.js";

export default defineProbe({
  name: "linux-monitor",
  description:
    "Finds hosts that serve LinuxMonitor PVs and reads load, memory, CPU, up time and clock.",
  configSchema,
  needs: { inventory: INVENTORY, clock: CLOCK },
  create: ({ config, services, host, emitter }) =>
    new LinuxMonitorProbe(config, services.inventory, services.clock, host, emitter),
});
