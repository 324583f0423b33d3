/** For how long stores with SQL tables keep history: an option that all of them have. */
import type { TUnsafe } from "@sinclair/typebox";

const days = (description: string, days: number) => ({
  type: "number",
  description,
  default: days,
  minimum: 1,
  maximum: 36_500,
});

const properties = {
  events: days("Events, the operators' log among them.", 3650),
  facts: days("What held once, such as which server had a PV, after it ended.", 3650),
  minutes: days("Traffic by the minute.", 14),
  tenMinutes: days("Traffic by ten minutes.", 90),
  hours: days("Traffic by the hour.", 800),
  days: days("Traffic by the day.", 7300),
};

export type KeepDays = Record<keyof typeof properties, number>;

/** Written out: the threads of stores load this too, and TypeBox would be five times as many modules as all the rest of theirs. */
export const keepDaysSchema = {
  type: "object",
  description:
    "How many days history is kept. PVs, servers and clients stay until the inventory drops them.",
  default: {},
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
} as unknown as TUnsafe<KeepDays>;
