/** What an event is about, and by what an alert about it is found again. */
import type { PvmonEvent } from "pvmon";
import type { Subject } from "./alert.js";
import type { Rule } from "./rule.js";

export function subjectOf({ type, subject, host, server, evidence }: PvmonEvent): Subject {
  const [kind = ""] = type.split(".", 1);
  // A server may have several findings at once; each has an alert of its own.
  const { anomaly } = evidence;
  const name = subject;
  if (typeof anomaly === "string") return { kind: `anomaly ${anomaly}`, name, host, server };
  return { kind, name, host, server };
}

export function keyOf({ name: rule }: Rule, { kind, name }: Subject): string {
  return `${rule} ${kind} ${name}`;
}
