/** The options of `cainfo`: how long, how many, how often. */
import { type Static, Type } from "@sinclair/typebox";

export const configSchema = Type.Object(
  {
    timeoutSeconds: Type.Number({
      description: "How long a server may take for one channel, connecting included.",
      default: 3,
      minimum: 0.1,
      maximum: 60,
    }),
    maxCircuits: Type.Integer({
      description: "Servers asked at one time; further questions wait.",
      default: 8,
      minimum: 1,
      maximum: 100,
    }),
    questionsPerSecond: Type.Number({
      description:
        "Budget: channels asked for in one second, whoever asks. A question costs about ten packets.",
      default: 10,
      exclusiveMinimum: 0,
      maximum: 1000,
    }),
    maxWaiting: Type.Integer({
      description: "Questions that may wait for their turn; further ones are refused at once.",
      default: 200,
      minimum: 1,
      maximum: 10_000,
    }),
    maxElements: Type.Integer({
      description: "Elements read of an array's value, the first ones.",
      default: 100,
      minimum: 1,
      maximum: 100_000,
    }),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
