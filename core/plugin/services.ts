/** The services that plugins may need or provide, and their tokens. */
export * from "./services/access.js";
export * from "./services/clock.js";
export * from "./services/history.js";
export * from "./services/http.js";
export * from "./services/inventory.js";
export * from "./services/network.js";
export * from "./services/operations.js";
export * from "./services/probes.js";
export * from "./services/startup.js";
export * from "./services/status.js";
