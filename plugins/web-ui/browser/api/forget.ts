/** Forgetting something that pvmon knows; it comes back when it is seen again. */
import { change } from "./client.js";

/** @param why kept with the change. */
export function forget(path: string, why: string | undefined): Promise<unknown> {
  const query = why === undefined ? "" : `?${new URLSearchParams({ why })}`;
  return change("DELETE", `${path}${query}`);
}
