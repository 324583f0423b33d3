/** A notification as rules give it. */
import type { Notification, ToldAlert } from "../../../plugins/alerts/rules/alert.js";
import { rulesOf } from "../../../plugins/alerts/rules/rule.js";
import { configOf, T0, WEBHOOK } from "./scene.js";

export const ORIGIN = { site: "Example site", link: "https://pvmon.example.org/" };

export function alertOf(name: string, more: Partial<ToldAlert> = {}): ToldAlert {
  return {
    subject: { kind: "server", name, host: "10.7.0.1", server: name },
    condition: "server.lost",
    severity: "alarm",
    text: `server ${name} lost`,
    startedAt: T0 - 60_000,
    endedAt: null,
    returns: 0,
    ...more,
  };
}

export function notificationOf(more: Partial<Notification> = {}): Notification {
  const rule = {
    name: "servers",
    events: ["server.lost"],
    owner: "Controls",
    procedure: "https://ops.example.org/servers",
  };
  const [compiled] = rulesOf(configOf({ rules: [rule], destinations: [WEBHOOK] }));
  const lists = { began: [alertOf("10.7.0.1:5064")], ended: [], reminded: [], happened: [] };
  return { destination: "chat", rule: compiled!, at: T0, ...lists, notKept: 0, ...more };
}
