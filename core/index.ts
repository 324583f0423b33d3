/** The public surface of pvmon: all that a plugin may import. */
export type * from "./model/address.js";
export {
  endpointKey,
  formatEndpoint,
  formatIpv4,
  keyEndpoint,
  parseEndpoint,
  parseIpv4,
} from "./model/address.js";
export type * from "./model/event.js";
export { EVENT_TYPES, LOG_STATES, SEVERITIES } from "./model/event.js";
export { EVENT_MEANINGS } from "./model/event-meanings.js";
export { compileGlobs, type GlobOptions } from "./model/glob.js";
export type * from "./model/observation.js";
export { CIRCUIT_OUTCOMES, SOURCE_CLASSES } from "./model/observation.js";
export type * from "./model/row.js";
export { FACTS, TRAFFIC_SERIES } from "./model/row.js";
export type * from "./model/views.js";
export {
  ANOMALY_TYPES,
  CLIENT_SORTS,
  CRITICALITIES,
  DEFAULT_HOST_OPTIONS,
  FIXED_GROUPS,
  HOST_COLOURS,
  HOST_STATES,
  isoTimes,
  PV_SORTS,
  PV_STATES,
  SERVER_SORTS,
  SERVER_STATES,
} from "./model/views.js";
export type * from "./plugin/diagnosis.js";
export { FINDING_STATES } from "./plugin/diagnosis.js";
export { ERROR_MEANINGS } from "./plugin/error-meanings.js";
export type { ErrorCode } from "./plugin/errors.js";
export {
  HistoryError,
  NoProbeError,
  OperationError,
  PvmonError,
  RowRefusedError,
} from "./plugin/errors.js";
export type * from "./plugin/host.js";
export type * from "./plugin/plugin.js";
export {
  API_VERSION,
  defineDetector,
  defineOutput,
  defineProbe,
  defineStore,
  PLUGIN_KINDS,
} from "./plugin/plugin.js";
export * from "./plugin/services.js";
export type * from "./plugin/token.js";
export { optional, token } from "./plugin/token.js";
