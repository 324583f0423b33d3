/** ioc-heartbeat: hears the heartbeats of applications and, when the site wants it, asks them for PVs and processes. */
import { CLOCK, defineDetector, INVENTORY, NETWORK } from "pvmon";
import { configSchema } from "./config.js";
import { HeartbeatDetector } from "./detector.js";
import { diagnose } from "./diagnosis.js";

export default defineDetector({
  name: "ioc-heartbeat",
  description:
    "Hears the JSON heartbeats of applications (versions 1.1, 2.0, 3.0), reads their PV lists and their hosts' process maps.",
  configSchema,
  needs: { clock: CLOCK, inventory: INVENTORY, network: NETWORK },
  diagnose,
  create: ({ config, services, host, emitter }) =>
    new HeartbeatDetector({ config, host, emitter, ...services }),
});
