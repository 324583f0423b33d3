/** What the model says, as the contract wants it, where that is more than times as text. */
import { isoTimes, type PvmonEvent } from "pvmon";
import type { EventAnswer } from "./schemas.js";

export function eventAnswer(event: PvmonEvent): EventAnswer {
  const nobody = { host: null, server: null, client: null, pv: null };
  return { ...nobody, ...isoTimes(event), app: null, acknowledged: false };
}
