/** Datagrams to messages. */
import type { Sender } from "./commands.js";
import { type Decoded, walk } from "./decode.js";

/**
 * The messages of a datagram. Never throws. An empty datagram is no damage: old clients register with a repeater by one.
 * @param from who sent it. Without it, request and reply are told apart by their fields, which is always right for what
 *   is sent over UDP; on circuits an empty reply to a read or write can be taken for the request.
 */
export function decodeDatagram(bytes: Uint8Array, from?: Sender): Decoded {
  const { messages, damage, missing } = walk(bytes, from);
  if (damage !== undefined) return { messages, damage };
  return missing === undefined ? { messages } : { messages, damage: `truncated ${missing.what}` };
}
