/** Real programs that pvmon is tested against, and the networks they run on. */
export { Browser } from "./browser.js";
export type { BrowserPage, Look } from "./browser-page.js";
export { CaprotoIoc, type CaprotoRecord } from "./caproto-ioc.js";
export { Capture } from "./capture.js";
export {
  caprotoGet,
  LibcaClient,
  type LibcaInfo,
  type LibcaValue,
  libcaConnect,
  libcaGet,
  startRepeater,
  type Watched,
} from "./clients.js";
export { DatagramSender, type Sending, type Sent } from "./datagram-sender.js";
export { epicsEnvironment, freePort, type Loopback, loopback } from "./environment.js";
export { EpicsSoftIoc, type EpicsSoftIocOptions } from "./epics-soft-ioc.js";
export { HeartbeatSender, type HeartbeatSenderOptions } from "./heartbeat-sender.js";
export type { Host } from "./host.js";
export type { HttpText } from "./http-asker.js";
export { type HttpAnswer, HttpPlace } from "./http-place.js";
export { Mariadb, type MariadbOptions } from "./mariadb.js";
export { Network, type NetworkOptions } from "./network.js";
export { Nginx } from "./nginx.js";
export { niceness } from "./niceness.js";
export { pythonCommand } from "./paths.js";
export { peakMegabytes, residentMegabytes } from "./process-memory.js";
export { type Place, Program, type ProgramResult, runProgram } from "./program.js";
export { numberedName, searchDatagram, startSearches } from "./searches.js";
export { SetClock } from "./set-clock.js";
export { SlowLink } from "./slow-link.js";
export { unprivileged } from "./unprivileged.js";
export { waitFor } from "./wait.js";
