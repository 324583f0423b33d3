/** Where a search reply says that the channel is served (CA specification, search reply). */
import type { Message } from "epics-ca";
import type { Endpoint, Ipv4 } from "pvmon";

/** The address field then means: from where this reply came. */
const SENDERS_ADDRESS = 0xffff_ffff;
/** Older servers have no address field: something else is in its place. */
const ADDRESS_SINCE_MINOR_VERSION = 8;

export function servedAt(
  { address, port, minorVersion }: Extract<Message, { type: "searchReply" }>,
  replier: Ipv4,
): Endpoint {
  const explicit =
    address !== SENDERS_ADDRESS &&
    address !== 0 &&
    (minorVersion === undefined || minorVersion >= ADDRESS_SINCE_MINOR_VERSION);
  return { ip: explicit ? address : replier, port };
}
