/** The options of `ca-echo`. Every check is a TCP connection to a server, so all of them are limits. */
import { type Static, Type } from "@sinclair/typebox";

export const configSchema = Type.Object(
  {
    everyMinutes: Type.Number({
      description:
        "How often each server that is up is checked; one whose beacons are late sooner. 0: only when somebody asks.",
      default: 10,
      minimum: 0,
      maximum: 1440,
    }),
    connectsPerSecond: Type.Number({
      description:
        "Budget: servers checked in one second, whoever asks. A check costs about ten packets.",
      default: 2,
      exclusiveMinimum: 0,
      maximum: 100,
    }),
    maxCircuits: Type.Integer({
      description: "Servers checked at one time, never two of one host; the others wait.",
      default: 8,
      minimum: 1,
      maximum: 100,
    }),
    timeoutSeconds: Type.Number({
      description: "How long a server may take to accept a circuit, and again to answer on it.",
      default: 5,
      minimum: 0.1,
      maximum: 60,
    }),
    maxWaiting: Type.Integer({
      description: "Checks that may wait for their turn; further ones are left out.",
      default: 1000,
      minimum: 1,
      maximum: 100_000,
    }),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
