/** Who is in a group: read and written whole, so each change begins with who is in it now. */
import { ask, change, segment } from "./client.js";
import type { Group } from "./types.js";

export async function addToGroup(id: string, hosts: readonly string[]): Promise<void> {
  const { hosts: members } = await ask<Group>(`groups/${segment(id)}`);
  await setMembers(id, [...new Set([...members, ...hosts])]);
}

export async function removeFromGroup(id: string, host: string): Promise<void> {
  const { hosts: members } = await ask<Group>(`groups/${segment(id)}`);
  await setMembers(
    id,
    members.filter((member) => member !== host),
  );
}

export async function setMembers(id: string, hosts: readonly string[]): Promise<void> {
  await change("PATCH", `groups/${segment(id)}`, { hosts });
}
