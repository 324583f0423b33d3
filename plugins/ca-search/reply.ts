/** Replies to searches, as datagrams bring them. */
import { decodeDatagram, servedAt } from "epics-ca";
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
  /** What could not be read or made no sense; the rest was. */
  readonly damage: string | undefined;
}

export function readReplies(bytes: Uint8Array, replier: Ipv4): Replies {
  const { messages, damage } = decodeDatagram(bytes);
  const found = messages.filter((message) => message.type === "searchReply");
  const replies = found.flatMap((reply): Reply[] => {
    const { cid, minorVersion = -1 } = reply;
    const served = servedAt(reply);
    if (served === undefined) return [];
    const { address = replier, port } = served;
    return [{ cid, server: { ip: address, port }, replier, minorVersion }];
  });
  const isWhole = replies.length === found.length;
  return { replies, damage: damage ?? (isWhole ? undefined : "a reply without a port") };
}
