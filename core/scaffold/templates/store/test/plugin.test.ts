import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { createInstance, describeStore } from "pvmon/testkit";
import plugin from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "plugin-name-"));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
const damaged = join(folder, "damaged.json");
writeFileSync(damaged, "{ this is not JSON");

describeStore(plugin, {
  describe,
  it,
  config: () => ({ path: join(folder, `${files++}.json`) }),
  cannotStart: { path: damaged },
});

describe("plugin-name", () => {
  it("says which file is damaged and what to do", async () => {
    const { instance } = createInstance(plugin, { path: damaged });
    await assert.rejects(instance.start(), /damaged\.json is not a file.*move it away/);
  });
});
