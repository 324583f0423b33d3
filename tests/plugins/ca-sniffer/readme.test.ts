import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInstance, FakeClock } from "pvmon/testkit";
import { parse } from "yaml";
import sniffer from "../../../plugins/ca-sniffer/index.js";

const FOLDER = "plugins/ca-sniffer";
const readme = readFileSync(`${FOLDER}/README.md`, "utf8");

interface Site {
  readonly detectors: readonly { readonly use: string; readonly config: object }[];
}

describe("the README of ca-sniffer", () => {
  it("has the options that the schema has", () => {
    execFileSync(process.execPath, ["tools/option-table.mjs", "--check", FOLDER]);
  });

  it("shows a configuration that is one", () => {
    const [, example] = /```yaml\n([\s\S]*?)```/.exec(readme)!;
    const [detector] = (parse(example!) as Site).detectors;
    assert.equal(detector!.use, sniffer.name);
    createInstance(sniffer, detector!.config, { clock: new FakeClock() });
  });

  it("describes every option, with a default unless it has to be given", () => {
    const undescribed: string[] = [];
    const visit = (
      schema: { properties?: object; description?: string; default?: unknown },
      path: string,
    ) => {
      if (path !== "" && !schema.description) undescribed.push(path);
      for (const [name, option] of Object.entries(schema.properties ?? {})) {
        if (option.default === undefined && name !== "path") undescribed.push(`${path}.${name}`);
        visit(option, `${path}.${name}`);
      }
    };
    visit(sniffer.configSchema, "");
    assert.deepEqual(undescribed, []);
  });
});
