/** Which ports of a host have to be served: told only which come and which go, so that nothing is lost of what others change at the same time. */
import { change, segment } from "./client.js";

export async function changeExpectedPorts(
  host: string,
  { add, remove }: { readonly add?: readonly number[]; readonly remove?: readonly number[] },
): Promise<void> {
  const body = { addExpectedPorts: add, removeExpectedPorts: remove };
  await change("PATCH", `hosts/${segment(host)}`, body);
}
