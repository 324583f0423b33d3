/** Names of hosts from the name servers, looked up beside everything else. */
import { CLOCK, defineDetector, INVENTORY } from "pvmon";
import { configSchema } from "./config.js";
import { HostNamesDetector } from "./detector.js";
import { NameServers } from "./name-servers.js";

export default defineDetector({
  name: "host-names",
  description: "Asks name servers what the addresses of hosts, servers and clients are called.",
  configSchema,
  needs: { inventory: INVENTORY, clock: CLOCK },
  create: ({ config, services, host, emitter }) =>
    new HostNamesDetector({
      config,
      inventory: services.inventory,
      clock: services.clock,
      host,
      emitter,
      connect: () => new NameServers(config),
    }),
});
