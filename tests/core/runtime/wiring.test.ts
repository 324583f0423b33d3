import assert from "node:assert/strict";
import type { Plugin } from "../../../core/plugin/plugin.js";
import { CLOCK, HTTP } from "../../../core/plugin/services.js";
import { optional, type Token, token } from "../../../core/plugin/token.js";
import { Container } from "../../../core/runtime/container.js";
import { wire } from "../../../core/runtime/wiring.js";

const A = token<object>("A");
const B = token<object>("B");

function plugin(id: string, needs: readonly Token<unknown>[], provides?: Token<unknown>) {
  const wired = { needs: Object.fromEntries(needs.map((need) => [need.name, need])), provides };
  return { id, plugin: wired as unknown as Plugin };
}

const wired = (...plugins: ReturnType<typeof plugin>[]) => wire(plugins, [CLOCK]);

describe("wiring", () => {
  it("puts providers before those that need them and keeps the order otherwise", () => {
    const { order, faults } = wired(
      plugin("page", [A]),
      plugin("other", [CLOCK]),
      plugin("server", [B], A),
      plugin("store", [], B),
    );
    assert.deepEqual(faults, []);
    assert.deepEqual(
      order.map(({ id }) => id),
      ["store", "server", "page", "other"],
    );
  });

  it("names both providers of one token", () => {
    const { faults } = wired(plugin("one", [], HTTP), plugin("two", [], HTTP));
    assert.deepEqual(faults, [
      {
        id: "two",
        code: "SERVICE_PROVIDED_TWICE",
        message: '"two" provides HTTP, and so does "one": keep one of them',
      },
    ]);
  });

  it("lets nobody provide what pvmon itself provides", () => {
    const { faults } = wired(plugin("sundial", [], CLOCK));
    assert.match(faults[0]?.message ?? "", /"sundial" provides CLOCK, and so does pvmon itself/);
  });

  it("names the plugin and the token of a need that nobody fulfils", () => {
    const { faults } = wired(plugin("page", [HTTP]));
    assert.equal(faults[0]?.code, "SERVICE_MISSING");
    assert.match(faults[0]?.message ?? "", /"page" needs HTTP, which no plugin/);
  });

  it("lets an optional need be missing, and puts its provider first when there is one", () => {
    assert.deepEqual(wired(plugin("page", [optional(A)])).faults, []);
    const { order } = wired(plugin("page", [optional(A)]), plugin("a", [], A));
    assert.deepEqual(order[0]?.id, "a");
  });

  it("names the plugins of a circle", () => {
    const { faults } = wired(plugin("x", []), plugin("chicken", [A], B), plugin("egg", [B], A));
    assert.match(faults[0]?.message ?? "", /"chicken" needs "egg" needs "chicken"/);
  });

  it("lets an overridden token be provided by plugins or by none", () => {
    const { faults } = wire(
      [plugin("one", [A]), plugin("sundial", [], CLOCK)],
      [CLOCK],
      [A, CLOCK],
    );
    assert.deepEqual(faults, []);
  });
});

describe("the container", () => {
  it("gives each pvmon services of its own", () => {
    const [one, two] = [new Container(), new Container()];
    one.register(A, { one });
    assert.deepEqual(one.get(A), { one });
    assert.equal(two.find(A), undefined);
    assert.throws(() => two.get(A), /nobody provides A/);
  });

  it("knows a token by its name, whoever made it", () => {
    const container = new Container();
    const service = {};
    container.register(token<object>("SITE_WEATHER"), service);
    assert.equal(container.get(token<object>("SITE_WEATHER")), service);
  });

  it("hands out needs by alias, undefined for optional ones that nobody provides", () => {
    const container = new Container();
    const service = {};
    container.register(A, service);
    assert.deepEqual(container.forNeeds({ a: A, b: optional(B) }), { a: service, b: undefined });
  });
});
