import assert from "node:assert/strict";
import {
  isMissing,
  isSettled,
  Loader,
  type Outcome,
} from "../../../../../plugins/web-ui/browser/api/loader.js";
import { Problem } from "../../../../../plugins/web-ui/browser/api/problem.js";

/** A loader whose attempts the test ends one by one. */
function scene() {
  const attempts: { readonly end: (answer: string | Error) => Promise<void> }[] = [];
  const told: Outcome<string>[] = [];
  const loader = new Loader<string>(
    () =>
      new Promise((resolve, reject) => {
        attempts.push({
          end: async (answer) => {
            if (typeof answer === "string") resolve(answer);
            else reject(answer);
            await new Promise(setImmediate);
          },
        });
      }),
    (outcome) => told.push(outcome),
  );
  const end = async (answer: string | Error): Promise<void> => attempts.at(-1)?.end(answer);
  return { loader, attempts, end, last: () => told.at(-1), told };
}

describe("loading what a page shows", () => {
  it("keeps the answer while the next one is under way", async () => {
    const { loader, end, last } = scene();
    loader.load();
    await end("one");
    loader.load();
    assert.deepEqual(last(), { data: "one", problem: undefined, loading: true });
    await end("two");
    assert.deepEqual(last(), { data: "two", problem: undefined, loading: false });
  });

  it("comes to an answer however often it is asked to begin anew", async () => {
    const { loader, attempts, end, last } = scene();
    loader.load();
    for (let i = 0; i < 10; i++) loader.load();
    assert.equal(attempts.length, 1);
    await end("one");
    assert.equal(last()?.data, "one");
  });

  it("asks once more for those who asked during an attempt", async () => {
    const { loader, attempts, end, last } = scene();
    loader.load();
    loader.load();
    loader.load();
    await end("before the change");
    assert.equal(last()?.loading, true);
    await end("after the change");
    assert.deepEqual(last(), { data: "after the change", problem: undefined, loading: false });
    assert.equal(attempts.length, 2);
  });

  it("keeps an answer that could not be renewed, and says why", async () => {
    const { loader, end, last } = scene();
    loader.load();
    await end("one");
    loader.load();
    await end(new Problem("no answer", 0, "noAnswer"));
    assert.equal(last()?.data, "one");
    assert.equal(last()?.problem?.message, "no answer");
    loader.load();
    await end("two");
    assert.deepEqual(last(), { data: "two", problem: undefined, loading: false });
  });

  for (const status of [401, 403]) {
    it(`takes the answer away from whoever may not see it any more (${status})`, async () => {
      const { loader, end, last } = scene();
      loader.load();
      await end("secret");
      loader.load();
      await end(new Problem("log in", status, "logInRequired"));
      assert.equal(last()?.data, undefined);
      assert.equal(last()?.problem?.status, status);
    });
  }

  it("makes a problem of whatever is thrown", async () => {
    const { loader, end, last } = scene();
    loader.load();
    await end(new TypeError("odd"));
    assert.equal(last()?.problem?.message, "TypeError: odd");
  });

  it("tells nothing and asks nothing more once it is stopped", async () => {
    const { loader, attempts, end, told } = scene();
    loader.load();
    loader.load();
    loader.stop();
    const before = told.length;
    await end("too late");
    assert.equal(told.length, before);
    assert.equal(attempts.length, 1);
  });
});

describe("one thing that is asked for by its name", () => {
  const outcome = { data: undefined, problem: undefined, loading: false };
  const refused = (status: number): Outcome<string> => ({
    ...outcome,
    data: "of before",
    problem: new Problem("…", status, "…"),
  });

  it("is missing when none was named, when pvmon knows none, and when it cannot be a name", () => {
    assert.equal(isMissing(outcome), true);
    assert.equal(isMissing(refused(404)), true);
    assert.equal(isMissing(refused(400)), true);
  });

  it("is not missing while it is looked for, and when nobody knows", () => {
    assert.equal(isMissing({ ...outcome, loading: true }), false);
    assert.equal(isMissing({ ...outcome, data: "here" }), false);
    assert.equal(isMissing(refused(0)), false);
    assert.equal(isMissing(refused(503)), false);
  });

  it("is settled once there is an answer or a reason, or when nothing is asked", () => {
    assert.equal(isSettled({ ...outcome, loading: true }), false);
    assert.equal(isSettled(outcome), true);
    assert.equal(isSettled({ ...outcome, data: "here", loading: true }), true);
    assert.equal(isSettled({ ...refused(503), data: undefined, loading: true }), true);
  });
});
