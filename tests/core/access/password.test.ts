import assert from "node:assert/strict";
import { hashPassword, isPassword } from "../../../core/access/password.js";

/** Cheaper than what is made now. */
const OLD = {
  N: 2 ** 14,
  r: 1,
  p: 1,
  salt: "c2FsdHNhbHRzYWx0c2FsdA",
  // Of "correct horse", by Python's hashlib.scrypt with the same numbers.
  hash: "2sv70Nqktdr0CCA5xZOViXSOfq0kEibFGRNCL-8Aczc",
};

describe("a password", () => {
  it("is known again by its hash, and no other is", async () => {
    const kept = await hashPassword("correct horse");
    assert.ok(await isPassword("correct horse", kept));
    for (const wrong of ["correct horsf", "Correct horse", "correct horse ", ""]) {
      assert.ok(!(await isPassword(wrong, kept)), wrong);
    }
  });

  it("is hashed with a salt of its own, and is not in what is kept", async () => {
    const [one, other] = await Promise.all([hashPassword("12345678"), hashPassword("12345678")]);
    assert.notEqual(one.salt, other.salt);
    assert.notEqual(one.hash, other.hash);
    assert.doesNotMatch(JSON.stringify(one), /12345678/);
  });

  it("is the same however a keyboard composes its letters", async () => {
    assert.ok(await isPassword("schl\u00fcssel", await hashPassword("schlu\u0308ssel")));
    assert.ok(await isPassword("passwort", await hashPassword("\uff50asswort")));
  });

  it("has at least 8 characters, however many code units those are, and at most 1,024", async () => {
    for (const short of ["", "1234567", "\u{1f511}".repeat(7), "u\u0308".repeat(7)]) {
      await assert.rejects(hashPassword(short), /at least 8 characters/);
    }
    await hashPassword("\u{1f511}".repeat(8));
    await assert.rejects(hashPassword("x".repeat(1025)), /at most 1024/);
  });

  it("is still known by a hash that was made with another cost", async () => {
    assert.ok(await isPassword("correct horse", OLD));
    assert.ok(!(await isPassword("correct horsf", OLD)));
  });

  it("of nobody is never right", async () => {
    assert.ok(!(await isPassword("correct horse", undefined)));
  });
});
