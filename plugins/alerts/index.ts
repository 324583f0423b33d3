/** Notifications: rules on events and states, told by mail, to web servers and chats, or to an Alertmanager. */
import { CLOCK, defineOutput, HISTORY, HTTP, INVENTORY, optional, STATUS } from "pvmon";
import { folderFinding } from "pvmon/diagnosis";
import { Alerts } from "./alerts.js";
import { configSchema } from "./config.js";

export default defineOutput({
  name: "alerts",
  description: "Tells people what is lost, what is back, and what else rules ask for",
  configSchema,
  needs: {
    inventory: INVENTORY,
    status: STATUS,
    clock: CLOCK,
    history: optional(HISTORY),
    http: optional(HTTP),
  },
  diagnose: async ({ config: { dryRun, folder } }) => (dryRun ? [] : [folderFinding(folder)]),
  create: ({ config, services, host }) => new Alerts(config, services, host),
});
