/** The options of `ca-search`. Every limit is one of packets on the control network. */
import { type Static, Type } from "@sinclair/typebox";

export const configSchema = Type.Object(
  {
    destinations: Type.Array(
      Type.String({
        pattern: "^\\d{1,3}(\\.\\d{1,3}){3}(:\\d{1,5})?$",
        description: "`10.7.0.255` or `10.7.0.255:5064`.",
      }),
      {
        description:
          "Where names are searched that no known server answers for: broadcast addresses, name servers, single hosts. Empty: the broadcast address of every interface of this machine.",
        default: [],
        maxItems: 64,
      },
    ),
    port: Type.Integer({
      description:
        "UDP port of CA servers, for destinations without one and for searches of one host.",
      default: 5064,
      minimum: 1,
      maximum: 65_535,
    }),
    datagramsPerSecond: Type.Number({
      description:
        "Budget per destination address: so many on average, at most twice as many in any one second. What does not fit waits.",
      default: 2,
      exclusiveMinimum: 0,
      maximum: 1000,
    }),
    totalDatagramsPerSecond: Type.Number({
      description: "Budget for all destinations together, in the same way.",
      default: 50,
      exclusiveMinimum: 0,
      maximum: 10_000,
    }),
    tries: Type.Integer({
      description: "Datagrams in which a name is asked for before it counts as unanswered.",
      default: 5,
      minimum: 2,
      maximum: 20,
    }),
    firstRetryMs: Type.Integer({
      description: "Wait before the second try; doubles from try to try, as in libca.",
      default: 32,
      minimum: 10,
      maximum: 10_000,
    }),
    windowMs: Type.Integer({
      description:
        "How long answers are collected after the last try, or after the first answer: a second server of a doubled name has to answer within it.",
      default: 500,
      minimum: 50,
      maximum: 30_000,
    }),
    lateSeconds: Type.Integer({
      description: "An answer that comes later than the window still counts for this long.",
      default: 60,
      minimum: 0,
      maximum: 3600,
    }),
    verification: Type.Object(
      {
        enabled: Type.Boolean({
          description:
            "Search the whole inventory again and again, and a server's PVs at once when its beacons say new, restarted or lost. Off: nothing is sent unless somebody asks.",
          default: false,
        }),
        everyHours: Type.Number({
          description: "From the beginning of one round to the beginning of the next.",
          default: 24,
          minimum: 0.01,
          maximum: 500,
        }),
        firstAfterSeconds: Type.Number({
          description: "From the start of pvmon to the first round.",
          default: 120,
          minimum: 0,
          maximum: 86_400,
        }),
      },
      { description: "Searches of pvmon's own accord.", default: {}, additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
