/** Which start-up files mention a PV, from an index that a scan outside of pvmon makes. */
import { CLOCK, defineDetector, STARTUP_FILES } from "pvmon";
import { configSchema } from "./config.js";
import { StartupFiles } from "./detector.js";

export default defineDetector({
  name: "startup-files",
  description: "Knows which start-up files mention a PV, from the index of an external scan.",
  configSchema,
  needs: { clock: CLOCK },
  provides: STARTUP_FILES,
  create: ({ config, services, host }) => new StartupFiles(config, services.clock, host),
});
