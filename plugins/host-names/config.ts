/** The options of `host-names`: whom to ask, how often, and how long an answer is good. */
import { type Static, Type } from "@sinclair/typebox";

export const configSchema = Type.Object(
  {
    servers: Type.Array(
      Type.String({
        pattern: "^\\d{1,3}(\\.\\d{1,3}){3}(:\\d{1,5})?$",
        description: "`10.7.0.2` or `10.7.0.2:53`.",
      }),
      {
        description: "Name servers to ask. Empty: those of this machine, as in /etc/resolv.conf.",
        default: [],
        maxItems: 16,
      },
    ),
    domain: Type.Boolean({
      description: "Keep the domain: `ioc1.example.org` instead of `ioc1`.",
      default: false,
    }),
    lookupsPerSecond: Type.Number({
      description:
        "Budget: addresses looked up in one second. What does not fit waits; nothing can exceed it.",
      default: 5,
      exclusiveMinimum: 0,
      maximum: 1000,
    }),
    maxAtOnce: Type.Integer({
      description: "Look-ups that may be under way at one time.",
      default: 4,
      minimum: 1,
      maximum: 100,
    }),
    timeoutSeconds: Type.Number({
      description: "How long a name server may take before it is asked again, or the next one is.",
      default: 2,
      minimum: 0.1,
      maximum: 60,
    }),
    tries: Type.Integer({
      description: "Datagrams to each name server before a look-up has failed.",
      default: 2,
      minimum: 1,
      maximum: 10,
    }),
    keepMinutes: Type.Number({
      description: "How long a name is good before it is looked up again.",
      default: 60,
      minimum: 1,
      maximum: 10_080,
    }),
    keepNoneMinutes: Type.Number({
      description: "How long it is believed that an address has no name.",
      default: 10,
      minimum: 1,
      maximum: 10_080,
    }),
    scanSeconds: Type.Number({
      description: "Pause between two walks over the addresses that pvmon knows.",
      default: 10,
      minimum: 1,
      maximum: 3600,
    }),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
