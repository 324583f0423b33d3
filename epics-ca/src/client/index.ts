/** A client of EPICS Channel Access on Node's sockets. */
export type {
  Channel,
  ChannelInfo,
  MonitorOptions,
  ReadOptions,
  WriteOptions,
} from "./channel.js";
export type { Circuit } from "./circuit.js";
export { CaClient, type ServerChoice } from "./client.js";
export { type Endpoint, endpointText, parseEndpoint } from "./endpoint.js";
export { CaError, type CaErrorCode } from "./error.js";
export type { CaClientOptions, CaLimits } from "./options.js";
export type { Found, SearchOptions } from "./searcher.js";
export type { MonitorValue, Subscription } from "./subscription.js";
export type { Writable } from "./value.js";
export type { RequestOptions } from "./wait.js";
export type { WatchEvent } from "./watch.js";
