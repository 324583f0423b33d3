/** Who is behind a request. Everything that is changed over HTTP is changed in this name. */
import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import type { By } from "pvmon";
import { isLoopback } from "./guard.js";

/** As long as nobody logs in: this machine, or the address that the connection comes from. */
export function identityOf({ socket: { remoteAddress } }: IncomingMessage): string {
  if (remoteAddress === undefined) return "unknown";
  return isLoopback(remoteAddress) ? "loopback" : ipaddr.process(remoteAddress).toString();
}

export function byWhom(request: IncomingMessage, why: string | undefined): By {
  return { who: identityOf(request), ...(why !== undefined && { why }) };
}
