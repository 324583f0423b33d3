/** Addresses that are twice in `inventory.hosts`: then nobody could say which host they are. */
import type { Path } from "./document.js";

/** @param hosts as in the site file, not known to be right otherwise. Paths start at the list. */
export function sharedAddresses(
  hosts: unknown,
): readonly { readonly path: Path; readonly message: string }[] {
  const entries = new Map<string, number>();
  return listOf(hosts).flatMap((host, entry) =>
    listOf((host as { addresses?: unknown } | null)?.addresses).flatMap((address, place) => {
      const before = typeof address === "string" ? entries.get(address) : undefined;
      if (typeof address === "string" && before === undefined) entries.set(address, entry);
      if (before === undefined) return [];
      const message = `${address} is an address of hosts[${before}] already`;
      return [{ path: [entry, "addresses", place], message }];
    }),
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
