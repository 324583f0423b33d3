/** What the tests of the client expect of errors, and of what takes a moment. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { CaError, type CaErrorCode } from "../src/client/index.js";

/** For `assert.rejects` and `assert.throws`: an error of the client with this code. */
export function has(code: CaErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof CaError, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  };
}

export async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isTrue()) {
    assert.ok(performance.now() < deadline, `still not: ${isTrue}`);
    await sleep(5);
  }
}
