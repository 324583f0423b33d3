/** Who is in a group: told only who comes and who goes, so that nothing is lost of what others change at the same time. */
import { change, segment } from "./client.js";

/** @param id of the group */
export async function changeMembers(
  id: string,
  changes: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): Promise<void> {
  await change("PATCH", `groups/${segment(id)}`, changes);
}
