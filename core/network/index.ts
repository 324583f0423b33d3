/**
 * `pvmon/network`: what plugins have in common that listen to the network or ask it: sockets which share their port and know
 * what the kernel dropped of them, what such a sensor counts, and the turns of those who want to send.
 */
export { readKernelDrops } from "./kernel-drops.js";
export { SensorCounts } from "./sensor-counts.js";
export { Refusal, Turns, type TurnsOptions } from "./turns.js";
export { UdpListener, type UdpListenerOptions } from "./udp-listener.js";
