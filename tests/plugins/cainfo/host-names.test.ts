import assert from "node:assert/strict";
import { FakeClock } from "pvmon/testkit";
import { HostNames } from "../../../plugins/cainfo/host-names.js";

/** A resolver that answers when the test says so. */
class Resolver {
  readonly clock = new FakeClock();
  readonly asked: string[] = [];
  readonly names = new HostNames(this.clock, (address) => {
    this.asked.push(address);
    return new Promise((resolve, reject) => {
      this.answer = resolve;
      this.fail = reject;
    });
  });
  answer: (name: string) => void = () => undefined;
  fail: (error: Error) => void = () => undefined;
}

describe("names of hosts", () => {
  it("are asked for once, and kept", async () => {
    const resolver = new Resolver();
    const both = [resolver.names.of("10.0.0.1"), resolver.names.of("10.0.0.1")];
    resolver.answer("ioc1.example.org");
    assert.deepEqual(await Promise.all(both), ["ioc1.example.org", "ioc1.example.org"]);
    assert.equal(await resolver.names.of("10.0.0.1"), "ioc1.example.org");
    assert.deepEqual(resolver.asked, ["10.0.0.1"]);
    assert.equal(resolver.clock.pending, 0);
  });

  it("are asked for again after a while", async () => {
    const resolver = new Resolver();
    const before = resolver.names.of("10.0.0.1");
    resolver.answer("old");
    await before;
    await resolver.clock.advance(3_600_000);
    const after = resolver.names.of("10.0.0.1");
    resolver.answer("new");
    assert.equal(await after, "new");
  });

  it("that are slow are left out, and there for the next question", async () => {
    const resolver = new Resolver();
    const first = resolver.names.of("10.0.0.1");
    await resolver.clock.advance(1000);
    assert.equal(await first, "10.0.0.1");
    resolver.answer("slow");
    await resolver.clock.advance(0);
    assert.equal(await resolver.names.of("10.0.0.1"), "slow");
    assert.equal(resolver.asked.length, 1);
  });

  it("that nobody knows are addresses", async () => {
    const resolver = new Resolver();
    const name = resolver.names.of("10.0.0.1");
    resolver.fail(new Error("ENOTFOUND"));
    assert.equal(await name, "10.0.0.1");
  });

  it("that are none are not believed", async () => {
    for (const lie of ["", "<script>", "a b", "x".repeat(254), "ioc\n"]) {
      const resolver = new Resolver();
      const name = resolver.names.of("10.0.0.1");
      resolver.answer(lie);
      assert.equal(await name, "10.0.0.1");
    }
  });

  it("never occupy more than two threads", async () => {
    const resolver = new Resolver();
    const slow = [resolver.names.of("10.0.0.1"), resolver.names.of("10.0.0.2")];
    assert.equal(await resolver.names.of("10.0.0.3"), "10.0.0.3");
    await resolver.clock.advance(1000);
    assert.deepEqual(await Promise.all(slow), ["10.0.0.1", "10.0.0.2"]);
    assert.deepEqual(resolver.asked, ["10.0.0.1", "10.0.0.2"]);
  });

  it("of this machine are those of its own resolver", async () => {
    const names = new HostNames(new FakeClock());
    assert.match(await names.of("127.0.0.1"), /^localhost/);
  });
});
