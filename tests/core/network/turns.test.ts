import assert from "node:assert/strict";
import { Refusal, Turns } from "pvmon/network";
import { FakeClock } from "pvmon/testkit";

const quiet = new AbortController().signal;

/** Takes turns and writes down which came, and when. */
class Asker {
  readonly clock = new FakeClock();
  readonly turns: Turns;
  readonly begun: { readonly name: string; readonly at: number }[] = [];
  readonly refused: { readonly name: string; readonly reason: unknown }[] = [];
  readonly #ends = new Map<string, () => void>();

  constructor({ atOnce = 2, perSecond = 1000, maxWaiting = 10 }) {
    this.turns = new Turns({ atOnce, perSecond, maxWaiting, noun: "questions" }, this.clock);
  }

  async ask(names: string, signal = quiet): Promise<void> {
    for (const name of names) {
      this.turns.take(signal).then(
        (end) => {
          this.#ends.set(name, end);
          this.begun.push({ name, at: this.clock.elapsed() });
        },
        (reason: unknown) => this.refused.push({ name, reason }),
      );
    }
    await this.clock.advance(0);
  }

  async end(names: string): Promise<void> {
    for (const name of names) this.#ends.get(name)!();
    await this.clock.advance(0);
  }

  get order(): string {
    return this.begun.map(({ name }) => name).join("");
  }
}

describe("turns", () => {
  it("come at once when nobody is there", async () => {
    const asker = new Asker({ perSecond: 0.1 });
    await asker.ask("a");
    assert.deepEqual(asker.begun, [{ name: "a", at: 0 }]);
  });

  it("come in the order of those who ask", async () => {
    const asker = new Asker({ atOnce: 1 });
    await asker.ask("abcd");
    for (const name of "abc") {
      await asker.end(name);
      await asker.clock.advance(1);
    }
    assert.equal(asker.order, "abcd");
  });

  it("are never more at once than allowed", async () => {
    const asker = new Asker({ atOnce: 3 });
    await asker.ask("abcdef");
    await asker.clock.advance(60_000);
    assert.equal(asker.order, "abc");
    assert.equal(asker.turns.waiting, 3);
    await asker.end("bc");
    await asker.clock.advance(60_000);
    assert.equal(asker.order, "abcde");
  });

  it("are never more in a second than allowed, however short they are", async () => {
    const asker = new Asker({ atOnce: 100, perSecond: 4, maxWaiting: 100 });
    await asker.ask("abcdefgh");
    await asker.clock.advance(10_000);
    assert.deepEqual(
      asker.begun.map(({ at }) => at),
      [0, 250, 500, 750, 1000, 1250, 1500, 1750],
    );
  });

  it("do not add up while nobody asks", async () => {
    const asker = new Asker({ atOnce: 100, perSecond: 4 });
    await asker.ask("a");
    await asker.clock.advance(3_600_000);
    await asker.ask("bc");
    await asker.clock.advance(249);
    assert.equal(asker.order, "ab");
    await asker.clock.advance(1);
    assert.equal(asker.order, "abc");
  });

  it("are refused when too many wait, and given again when there is room", async () => {
    const asker = new Asker({ atOnce: 1, maxWaiting: 2 });
    await asker.ask("abcd");
    const [refused] = asker.refused;
    assert.equal(refused?.name, "d");
    assert.ok(refused.reason instanceof Refusal);
    assert.match(refused.reason.message, /2 questions wait already/);
    await asker.clock.advance(1);
    await asker.end("a");
    await asker.ask("e");
    assert.equal(asker.turns.waiting, 2);
    assert.equal(asker.refused.length, 1);
  });

  it("are passed on by those who lose interest while they wait", async () => {
    const asker = new Asker({ atOnce: 1 });
    const gone = new AbortController();
    await asker.ask("a");
    await asker.ask("b", gone.signal);
    await asker.ask("c");
    const reason = new Error("the page was closed");
    gone.abort(reason);
    await asker.clock.advance(1);
    assert.deepEqual(asker.refused, [{ name: "b", reason }]);
    assert.equal(asker.turns.waiting, 1);
    await asker.end("a");
    assert.equal(asker.order, "ac");
  });

  it("do not even wait for those who have lost interest before", async () => {
    const asker = new Asker({});
    await asker.ask("a", AbortSignal.abort("too late"));
    assert.deepEqual(asker.refused, [{ name: "a", reason: "too late" }]);
    assert.equal(asker.turns.waiting, 0);
  });

  it("take nothing from those whose turn has come already", async () => {
    const asker = new Asker({ atOnce: 1 });
    const gone = new AbortController();
    await asker.ask("a", gone.signal);
    gone.abort();
    await asker.ask("b");
    await asker.clock.advance(60_000);
    assert.equal(asker.order, "a");
    await asker.end("a");
    assert.equal(asker.order, "ab");
  });

  it("end for all who wait and all who come later, and leave no timer behind", async () => {
    const asker = new Asker({ atOnce: 5, perSecond: 1 });
    await asker.ask("abc");
    assert.equal(asker.clock.pending, 1);
    asker.turns.close("it is over");
    assert.equal(asker.clock.pending, 0);
    await asker.clock.advance(0);
    await asker.ask("d");
    await asker.end("a");
    await asker.clock.advance(60_000);
    assert.equal(asker.order, "a");
    assert.deepEqual(
      asker.refused.map(({ name, reason }) => `${name}: ${reason}`),
      ["b: Refusal: it is over", "c: Refusal: it is over", "d: Refusal: it is over"],
    );
    assert.equal(asker.clock.pending, 0);
  });

  it("let one signal end hundreds without a warning", async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on("warning", warn);
    try {
      const asker = new Asker({ atOnce: 1, maxWaiting: 500 });
      const gone = new AbortController();
      await asker.ask("x".repeat(500), gone.signal);
      gone.abort();
      await asker.clock.advance(1);
      assert.equal(asker.refused.length, 499);
    } finally {
      process.off("warning", warn);
    }
    assert.deepEqual(warnings, []);
  });
});
