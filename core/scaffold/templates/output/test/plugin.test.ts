import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { createInstance, describeOutput, eventRow } from "pvmon/testkit";
import plugin from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "plugin-name-"));
after(() => rmSync(folder, { recursive: true }));

describeOutput(plugin, {
  describe,
  it,
  config: { path: join(folder, "events.jsonl") },
  cannotStart: { path: join(folder, "no", "such", "folder.jsonl") },
});

describe("plugin-name", () => {
  it("writes every event as a line", async () => {
    const path = join(folder, "two.jsonl");
    let listener: (event: object) => void = () => undefined;
    const status = {
      subscribe: (given: typeof listener) => {
        listener = given;
        return () => undefined;
      },
    };
    const { instance } = createInstance(plugin, { path }, { status });
    await instance.start();
    const events = [eventRow(1).event, eventRow(2).event];
    for (const event of events) listener(event);
    await instance.stop();
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      events,
    );
  });
});
