/** Addresses of our own pages. They are relative, so that they work below whatever path a proxy has put pvmon. */

export type Parameters = Readonly<Record<string, string | number | boolean | undefined | null>>;

/** A relative address; parameters without a value are left out. */
export function href(to: string, given: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return `./${to}${text === "" ? "" : `?${text}`}`;
}
