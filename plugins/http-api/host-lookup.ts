/** Hosts by what people call them. */
import { type HostView, type InventoryService, parseIpv4 } from "pvmon";
import { ApiError } from "./errors.js";
import { everyItem } from "./pages.js";

type Hosts = Pick<InventoryService, "host" | "listHosts">;

/** By any of its addresses, its name, or the part of its name before the first dot if no other host has the same. */
export async function findHost(hosts: Hosts, text: string): Promise<HostView | undefined> {
  if (parseIpv4(text) !== undefined) return hosts.host(text);
  const wanted = text.toLowerCase();
  const similar: HostView[] = [];
  for await (const host of everyItem((query) => hosts.listHosts(query))) {
    const name = host.name?.toLowerCase();
    if (name === wanted) return host;
    if (name?.split(".", 1)[0] === wanted) similar.push(host);
  }
  return similar.length === 1 ? similar[0] : undefined;
}

/** Throws `notFound`. */
export async function requireHost(hosts: Hosts, text: string): Promise<HostView> {
  const host = await findHost(hosts, text);
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
