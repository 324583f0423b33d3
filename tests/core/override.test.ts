/** Any service can be replaced in a test, by its token. */
import assert from "node:assert/strict";
import { Type } from "@sinclair/typebox";
import * as pvmon from "pvmon";
import { CLOCK, defineOutput, HTTP, type Token } from "pvmon";
import { createPvmon, FakeClock, type Override, startPvmon } from "pvmon/testkit";

const configSchema = Type.Object({}, { additionalProperties: false });
const idle = { start: async () => undefined, stop: async () => undefined };
const SILENT = "log: { level: silent }\n";

/** Read off the public surface, so that a new service is tried, too. */
const TOKENS = Object.values<unknown>(pvmon).filter(
  (value): value is Token<unknown> =>
    typeof value === "object" && value !== null && "symbol" in value && "optional" in value,
);

describe("a service given to startPvmon", () => {
  it("is tried for all that there are", () => {
    const names = TOKENS.map(({ name }) => name);
    for (const name of ["ACCESS", "CLOCK", "HISTORY", "HTTP", "INVENTORY", "NETWORK", "STATUS"]) {
      assert.ok(names.includes(name), name);
    }
  });

  for (const token of TOKENS) {
    it(`is what plugins get for ${token.name}, and who asks pvmon for it`, async () => {
      const given = token.symbol === CLOCK.symbol ? new FakeClock() : { given: token.name };
      let got: unknown;
      const asker = defineOutput({
        name: "asker",
        description: "Needs one service.",
        configSchema,
        needs: { it: token },
        create: ({ services }) => {
          got = services.it;
          return idle;
        },
      });
      const running = await startPvmon(`${SILENT}outputs: [{ use: asker }]`, {
        plugins: { asker },
        override: [[token, given]],
      });
      assert.equal(got, given);
      assert.equal(running.service(token), given);
      await running.stop();
    });
  }

  it("comes before that of a plugin, which runs beside it", async () => {
    const given = { mount: () => () => undefined, address: () => "nowhere" };
    const running = await startPvmon(`${SILENT}outputs: [{ use: http-api, config: { port: 0 } }]`, {
      override: [[HTTP, given]],
    });
    assert.equal(running.service(HTTP), given);
    await running.stop();
  });

  it("has to be a pair with its token, and has to be there", async () => {
    const wrong: readonly [unknown, RegExp][] = [
      [[CLOCK, new FakeClock()], /override\[0\] is no pair of token and service/],
      [
        [
          [CLOCK, new FakeClock()],
          ["HTTP", {}],
        ],
        /override\[1\] is no pair/,
      ],
      [[[CLOCK, undefined]], /override\[0\] has no service for CLOCK/],
    ];
    for (const [override, expected] of wrong) {
      const creating = createPvmon(SILENT, { override: override as readonly Override[] });
      await assert.rejects(creating, expected);
    }
  });
});
