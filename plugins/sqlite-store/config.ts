/** The options of `sqlite-store`. */
import { type Static, Type } from "@sinclair/typebox";

const days = (description: string, days: number) =>
  Type.Number({ description, default: days, minimum: 1, maximum: 36_500 });

export const configSchema = Type.Object(
  {
    path: Type.String({
      description: "The database file; made with its folder when it is not there.",
      default: "./data/pvmon.sqlite",
      format: "path",
      minLength: 1,
    }),
    keepDays: Type.Object(
      {
        events: days("Events, the operators' log among them.", 3650),
        facts: days("What held once, such as which server had a PV, after it ended.", 3650),
        minutes: days("Traffic by the minute.", 14),
        tenMinutes: days("Traffic by ten minutes.", 90),
        hours: days("Traffic by the hour.", 800),
        days: days("Traffic by the day.", 7300),
      },
      {
        description:
          "How many days history is kept. PVs, servers and clients stay until the inventory drops them.",
        default: {},
        additionalProperties: false,
      },
    ),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
