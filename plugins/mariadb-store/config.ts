/** The options of `mariadb-store`. */
import { type Static, Type } from "@sinclair/typebox";
import { keepDaysSchema } from "pvmon/sql-store";

export const configSchema = Type.Object(
  {
    host: Type.String({
      description: "The server's name or address.",
      default: "127.0.0.1",
      minLength: 1,
    }),
    port: Type.Integer({
      description: "The server's TCP port.",
      default: 3306,
      minimum: 1,
      maximum: 65_535,
    }),
    socket: Type.Optional(
      Type.String({
        description: "The server's Unix socket, instead of `host` and `port`.",
        format: "path",
        minLength: 1,
      }),
    ),
    user: Type.String({ description: "Who logs in.", default: "pvmon", minLength: 1 }),
    password: Type.String({
      description:
        "The password, better by a reference to a variable or a file than in the site file. Empty: none.",
      default: "",
      format: "password",
    }),
    // Its lock's name, at most 64 characters in MariaDB, has it in it.
    database: Type.String({
      description: "The database; made with its tables when it is not there.",
      default: "pvmon",
      pattern: "^[A-Za-z0-9_$-]{1,58}$",
    }),
    tls: Type.Union([Type.Literal("off"), Type.Literal("encrypted"), Type.Literal("verified")], {
      description:
        "encrypted: whoever answers; verified: the server's certificate has to be its own and of a known authority.",
      default: "off",
    }),
    authorityFile: Type.Optional(
      Type.String({
        description: "Certificates of the authorities to trust with `tls: verified`, PEM.",
        format: "path",
        minLength: 1,
      }),
    ),
    connections: Type.Integer({
      description: "Connections for reading history, at most; one more is for writing.",
      default: 4,
      minimum: 1,
      maximum: 50,
    }),
    keepDays: keepDaysSchema,
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
