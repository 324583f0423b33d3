/** Replies to searches, as datagrams bring them. */
import { ADDRESS_IS_SOURCE, decodeDatagram } from "epics-ca";
import type { Endpoint, Ipv4 } from "pvmon";

export interface Reply {
  readonly cid: number;
  readonly server: Endpoint;
  readonly replier: Ipv4;
  /** -1 when the reply does not say. */
  readonly minorVersion: number;
}

export interface Replies {
  readonly replies: readonly Reply[];
  /** What could not be read; what stands before it was. */
  readonly damage: string | undefined;
}

export function readReplies(bytes: Uint8Array, replier: Ipv4): Replies {
  const { messages, damage } = decodeDatagram(bytes);
  const replies = messages.flatMap((message): Reply[] => {
    if (message.type !== "searchReply") return [];
    const { cid, address, port, minorVersion = -1 } = message;
    const ip = address === ADDRESS_IS_SOURCE ? replier : address;
    return [{ cid, server: { ip, port }, replier, minorVersion }];
  });
  return { replies, damage };
}
