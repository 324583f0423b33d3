/**
 * `pvmon/diagnosis`: what pvmon and plugins have in common that look at a machine for `pvmon doctor`. Nothing here sends
 * anything; a port is opened for a moment where only that tells whether it can be.
 */
export { statusOf } from "../network/proc.js";
export { folderFinding } from "./folder.js";
export { interfaceFinding } from "./interfaces.js";
export { tcpPortFinding, udpPortFinding } from "./ports.js";
export { receiveBufferFinding } from "./receive-buffer.js";
