/** The options of `linux-monitor`: how often, how many at once, how long, and whose clock. */
import { type Static, Type } from "@sinclair/typebox";

export const configSchema = Type.Object(
  {
    everySeconds: Type.Number({
      description: "From one reading of a host to the next.",
      default: 60,
      minimum: 5,
      maximum: 86_400,
    }),
    hostsPerSecond: Type.Number({
      description:
        "Budget: hosts asked in one second, whoever asks. Each is a TCP circuit of about 15 packets.",
      default: 10,
      exclusiveMinimum: 0,
      maximum: 200,
    }),
    hostsAtOnce: Type.Integer({
      description: "Hosts asked at one time; the others wait.",
      default: 8,
      minimum: 1,
      maximum: 100,
    }),
    timeoutSeconds: Type.Number({
      description: "How long a host may take for all its values, connecting included.",
      default: 5,
      minimum: 0.1,
      maximum: 60,
    }),
    tries: Type.Integer({
      description: "Readings that have to fail, two seconds apart, before a host is left in peace.",
      default: 3,
      minimum: 1,
      maximum: 10,
    }),
    longestPauseRounds: Type.Integer({
      description:
        "A host that fails again and again is left out for ever more rounds of `everySeconds`, at most so many.",
      default: 20,
      minimum: 1,
      maximum: 1000,
    }),
    giveUpDays: Type.Number({
      description: "Hosts of which nothing could be read for so long are not asked any more.",
      default: 365,
      minimum: 1,
      maximum: 3650,
    }),
    discoverySeconds: Type.Number({
      description: "From one look at all known names to the next; new names are looked at at once.",
      default: 300,
      minimum: 10,
      maximum: 86_400,
    }),
    maxHosts: Type.Integer({
      description: "Hosts watched at most; further ones are left out, which the status says.",
      default: 2000,
      minimum: 1,
      maximum: 20_000,
    }),
    timeZone: Type.String({
      description:
        "Time zone of the hosts' `TIME`, which does not say: `America/Regina`. Empty: that of this machine.",
      default: "",
      maxLength: 100,
    }),
    ignoreZoneDifferences: Type.Boolean({
      description:
        "Take a clock that is off by whole half hours, give or take two minutes, for one in another time zone, and tell only the rest.",
      default: false,
    }),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
