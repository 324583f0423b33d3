/** Where a search reply says that the channel is served (CA specification, search reply; libca, `udpiiu::searchRespAction`). */
import { ADDRESS_IS_SOURCE } from "./constants.js";
import type { SearchReply } from "./message.js";

/** Older servers have no address field: something else is in its place. */
const ADDRESS_SINCE_MINOR_VERSION = 8;

export interface ServedAt {
  /** IPv4 address as a number; undefined for that of the sender. */
  readonly address: number | undefined;
  /** 1..65535. */
  readonly port: number;
}

/** Undefined when the reply says no port, as there is nothing to connect to then. */
export function servedAt({ address, port, minorVersion }: SearchReply): ServedAt | undefined {
  if (port === 0) return undefined;
  const isExplicit =
    address !== ADDRESS_IS_SOURCE &&
    address !== 0 &&
    (minorVersion === undefined || minorVersion >= ADDRESS_SINCE_MINOR_VERSION);
  return { address: isExplicit ? address : undefined, port };
}
