/** Where a search reply says that the channel is served (CA specification, search reply). */
import { ADDRESS_IS_SOURCE, type SearchReply } from "epics-ca";
import type { Endpoint, Ipv4 } from "pvmon";

/** Older servers have no address field: something else is in its place. */
const ADDRESS_SINCE_MINOR_VERSION = 8;

export function servedAt({ address, port, minorVersion }: SearchReply, replier: Ipv4): Endpoint {
  const explicit =
    address !== ADDRESS_IS_SOURCE &&
    address !== 0 &&
    (minorVersion === undefined || minorVersion >= ADDRESS_SINCE_MINOR_VERSION);
  return { ip: explicit ? address : replier, port };
}
