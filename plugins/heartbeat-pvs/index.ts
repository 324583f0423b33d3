/** The state of heartbeats as PVs, for alarm handlers. */
import { CLOCK, defineOutput, INVENTORY } from "pvmon";
import { configSchema } from "./config.js";
import { HeartbeatExport } from "./export.js";

export default defineOutput({
  name: "heartbeat-pvs",
  description: "Writes the state of heartbeats to records of an IOC, for alarm handlers.",
  configSchema,
  needs: { inventory: INVENTORY, clock: CLOCK },
  create: ({ config, services, host }) =>
    new HeartbeatExport(config, services.inventory, services.clock, host),
});
