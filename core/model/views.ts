/** What the inventory and the stores answer: the shapes of the HTTP contract, with times in UTC milliseconds. */
export * from "./views/apps.js";
export * from "./views/clients.js";
export * from "./views/history.js";
export * from "./views/hosts.js";
export * from "./views/iso-times.js";
export * from "./views/overview.js";
export * from "./views/pages.js";
export * from "./views/pvs.js";
export * from "./views/servers.js";
