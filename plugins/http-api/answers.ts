/** What the model says, as the contract wants it, where that is more than times as text. */
import type { PluginHealth, PvmonEvent } from "pvmon";
import { isoTimes } from "pvmon";
import type { EventAnswer, PluginAnswer } from "./schemas.js";

export function eventAnswer(event: PvmonEvent): EventAnswer {
  const nobody = { host: null, server: null, client: null, pv: null };
  return { ...nobody, ...isoTimes(event), app: null, acknowledged: false };
}

export function pluginAnswer({ since, ...health }: PluginHealth): PluginAnswer {
  return { ...health, since: new Date(since).toISOString() };
}
