/** Real programs that pvmon is tested against, and the networks they run on. */
export { CaprotoIoc, type CaprotoRecord } from "./caproto-ioc.js";
export type { Capture } from "./capture.js";
export {
  caprotoGet,
  LibcaClient,
  type LibcaInfo,
  type LibcaValue,
  libcaGet,
  startRepeater,
  type Watched,
} from "./clients.js";
export { freePort, type Loopback, loopback } from "./environment.js";
export { HeartbeatSender, type HeartbeatSenderOptions } from "./heartbeat-sender.js";
export type { Host, HttpAnswer } from "./host.js";
export type { HttpText } from "./http-asker.js";
export { Mariadb, type MariadbOptions } from "./mariadb.js";
export { Network, type NetworkOptions } from "./network.js";
export { type Place, Program, type ProgramResult, runProgram } from "./program.js";
export { SoftIoc, type SoftIocOptions } from "./soft-ioc.js";
export { waitFor } from "./wait.js";
