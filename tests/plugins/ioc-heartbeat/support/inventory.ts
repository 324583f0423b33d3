/** An inventory that knows servers and nothing about the applications that they are. */
import type { InventoryService } from "pvmon";

/** @param unexplained `ip:port` of live servers of which no application is known, read at each call. */
export function inventoryOf(unexplained: () => readonly string[]): InventoryService {
  const listServers = ({ host }: { readonly host?: string }) => {
    const items = unexplained()
      .filter((server) => server.startsWith(`${host}:`))
      .map((server) => ({ server, app: null }));
    return { items, total: items.length, next: null };
  };
  return { listServers } as unknown as InventoryService;
}
