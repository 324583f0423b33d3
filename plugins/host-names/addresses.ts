/** The addresses that pvmon knows, page by page, so that no walk holds up the event loop. */
import type { InventoryService, Page } from "pvmon";

/** A page of hosts takes a few milliseconds to put together. */
const PAGE_SIZE = 100;

/** Hosts first, then servers, then clients; an address may come more than once. Each item is a page, got when asked for. */
export function* knownAddresses(
  inventory: Pick<InventoryService, "listHosts" | "listServers" | "listClients">,
): Generator<readonly string[]> {
  yield* pages(
    (query) => inventory.listHosts(query),
    ({ addresses }) => addresses,
  );
  yield* pages(
    (query) => inventory.listServers(query),
    ({ server }) => [server.slice(0, server.lastIndexOf(":"))],
  );
  yield* pages(
    (query) => inventory.listClients({ ...query, sort: "client" }),
    ({ client }) => [client],
  );
}

function* pages<T>(
  list: (query: { readonly limit: number; readonly cursor?: string }) => Page<T>,
  addressesOf: (item: T) => readonly string[],
): Generator<readonly string[]> {
  let cursor: string | undefined;
  do {
    const page = list({ limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) });
    yield page.items.flatMap(addressesOf);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
