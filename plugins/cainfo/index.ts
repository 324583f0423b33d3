/** One channel of one server, as EPICS's `cainfo` shows it. */
import { CHANNEL_INFO, CLOCK, defineProbe, INVENTORY } from "pvmon";
import { configSchema } from "./config.js";
import { ChannelInfoProbe } from "./probe.js";

export default defineProbe({
  name: "cainfo",
  description: "Asks a server for a channel over TCP: access, native type, element count, value.",
  configSchema,
  needs: { inventory: INVENTORY, clock: CLOCK },
  provides: CHANNEL_INFO,
  create: ({ config, services, host, emitter }) =>
    new ChannelInfoProbe(config, services.inventory, services.clock, host, emitter),
});
