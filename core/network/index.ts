/**
 * `pvmon/network`: what plugins have in common that listen to the network or ask it, beside NETWORK itself: what the kernel dropped
 * of their sockets, what such a sensor counts, and the turns of those who want to send.
 */
export { readKernelDrops } from "./kernel-drops.js";
export { SensorCounts } from "./sensor-counts.js";
export { SystemNetwork } from "./system-network.js";
export { Refusal, Turns, type TurnsOptions } from "./turns.js";
