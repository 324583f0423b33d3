/** Search replies, as the model has them. */
import { type SearchReply, servedAt } from "epics-ca";
import type { Endpoint, Ipv4 } from "pvmon";

/** Where the channel is served, if anywhere. */
export function serverOf(reply: SearchReply, replier: Ipv4): Endpoint | undefined {
  const served = servedAt(reply);
  return served && { ip: served.address ?? replier, port: served.port };
}
