/** The options of `sqlite-store`. */
import { type Static, Type } from "@sinclair/typebox";
import { keepDaysSchema } from "pvmon/sql-store";

export const configSchema = Type.Object(
  {
    path: Type.String({
      description: "The database file; made with its folder when it is not there.",
      default: "./data/pvmon.sqlite",
      format: "path",
      minLength: 1,
    }),
    keepDays: keepDaysSchema,
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
