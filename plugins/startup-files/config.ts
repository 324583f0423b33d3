/** The options of `startup-files`: which index, and how often it is looked at. */
import { type Static, Type } from "@sinclair/typebox";

export const configSchema = Type.Object(
  {
    path: Type.String({
      format: "path",
      minLength: 1,
      description: "The index, a JSON file that a scan of the start-up files makes.",
    }),
    checkSeconds: Type.Number({
      description: "How often it is looked at whether the file has changed.",
      default: 30,
      minimum: 1,
      maximum: 86_400,
    }),
    maxMegabytes: Type.Number({
      description:
        "A larger file is not read. Reading takes up to twenty times its size for a while.",
      default: 100,
      minimum: 1,
      maximum: 500,
    }),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
