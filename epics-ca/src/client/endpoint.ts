/** Addresses of servers: IPv4, as that is all Channel Access knows. */
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { type SearchReply, servedAt } from "../index.js";
import { CaError } from "./error.js";

/** A server, or where searches are sent to. */
export interface Endpoint {
  /** IPv4 in dotted form. */
  readonly address: string;
  readonly port: number;
}

export function endpointText({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}

/**
 * `10.0.0.1:5064`, or without the port, as in EPICS_CA_ADDR_LIST.
 * @throws CaError `invalid` for anything else; names of hosts are for the caller to look up.
 */
export function parseEndpoint(text: string, defaultPort: number): Endpoint {
  const [address, port, ...rest] = text.split(":");
  const endpoint = {
    address: address ?? "",
    port: port === undefined ? defaultPort : Number(port),
  };
  if (rest.length > 0 || port?.trim() === "") {
    throw new CaError("invalid", `"${text}" is not an IPv4 address with or without a port`);
  }
  return checkEndpoint(endpoint);
}

/** @throws CaError `invalid` */
export function checkEndpoint(endpoint: Endpoint): Endpoint {
  const { address, port } = endpoint;
  if (!isIPv4(address) || !Number.isInteger(port) || port < 1 || port > 0xffff) {
    throw new CaError("invalid", `"${endpointText(endpoint)}" is not an IPv4 address and a port`);
  }
  return endpoint;
}

/** The server that a search reply means, if any. @param source address of its sender */
export function repliedServer(reply: SearchReply, source: string): Endpoint | undefined {
  const served = servedAt(reply);
  if (served === undefined) return undefined;
  const { address, port } = served;
  return { address: address === undefined ? source : dotted(address), port };
}

/** The broadcast addresses of this host's networks, as libca collects them for EPICS_CA_AUTO_ADDR_LIST. */
export function broadcastAddresses(): string[] {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const found = own
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address, netmask }) => dotted((toNumber(address) | ~toNumber(netmask)) >>> 0));
  return [...new Set(found)];
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".");
}

function toNumber(address: string): number {
  return address.split(".").reduce((number, octet) => ((number << 8) | Number(octet)) >>> 0, 0);
}
