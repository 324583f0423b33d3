/** Hosts by what people call them. */
import { type HostView, type InventoryService, parseIpv4 } from "pvmon";
import { ApiError } from "./errors.js";

type Hosts = Pick<InventoryService, "host" | "hostNamed">;

/** By any of its addresses, its name, or the part of its name before the first dot if no other host has the same. */
export function findHost(hosts: Hosts, text: string): HostView | undefined {
  return parseIpv4(text) === undefined ? hosts.hostNamed(text) : hosts.host(text);
}

/** Throws `notFound`. */
export function requireHost(hosts: Hosts, text: string): HostView {
  const host = findHost(hosts, text);
  if (host === undefined) throw noSuchHost();
  return host;
}

/** The address that stands for a host, which history has in the place of its others; of no known host the address itself. */
export function primaryAddress(hosts: Pick<InventoryService, "host">, address: string): string {
  return hosts.host(address)?.host ?? address;
}

export function noSuchHost(): ApiError {
  return new ApiError("notFound", "no such host: nothing was ever seen of it");
}
