/** The README of the testkit: every example in it is run as it stands there. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as testkit from "pvmon/testkit";
import { ROOT } from "../repository.js";

const README = readFileSync(join(ROOT, "core/testkit/README.md"), "utf8");
/** By sections. */
const EXAMPLES = README.split(/^## /m).flatMap((section) => {
  const title = section.slice(0, section.indexOf("\n"));
  return [...section.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = ""]) => ({ title, code }));
});

describe("the README of pvmon/testkit", () => {
  it("has examples", () => assert.ok(EXAMPLES.length >= 5, String(EXAMPLES.length)));

  for (const [n, { title, code }] of EXAMPLES.entries()) {
    it(`shows in ${title} what runs (${n + 1})`, () => {
      const { NODE_OPTIONS: _, ...env } = process.env;
      // The package's own folder, so that its name leads to what is compiled here.
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ["--input-type=module", "--eval", code],
        { cwd: ROOT, env, timeout: 25_000, encoding: "utf8" },
      );
      assert.equal(status, 0, stdout + stderr);
    });
  }

  it("names nothing that is not there", () => {
    // The table of exports is made of them, types too.
    const [text = ""] = README.split("## All exports");
    const words = [...text.matchAll(/`((?:describe|Fake|Memory|Simulated)\w*)`/g)];
    const missing = words.map(([, word = ""]) => word).filter((word) => !(word in testkit));
    assert.deepEqual(
      missing.filter((word) => word !== "describe"),
      [],
    );
  });

  it("names every export", () => {
    const unsaid = Object.keys(testkit).filter((name) => !README.includes(`\`${name}\``));
    assert.deepEqual(unsaid, []);
  });
});
