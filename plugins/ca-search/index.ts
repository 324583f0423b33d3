/** Searches names on the control network, within a budget that nothing can exceed. */
import { CLOCK, defineProbe, INVENTORY, NETWORK } from "pvmon";
import { configSchema } from "./config.js";
import { SearchProbe } from "./probe.js";

export default defineProbe({
  name: "ca-search",
  description:
    "Asks the network who serves a PV: on demand, and if you like the whole inventory again and again.",
  configSchema,
  needs: { inventory: INVENTORY, clock: CLOCK, network: NETWORK },
  create: ({ config, services, host, emitter }) => new SearchProbe(config, services, host, emitter),
});
