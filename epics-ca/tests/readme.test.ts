import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command, type MessageType } from "epics-ca";
import { MESSAGE_TABLE, type Row } from "../src/commands.js";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

function messageTable(): string {
  const rows = Object.entries<Row>(MESSAGE_TABLE).map(([type, row]) =>
    messageRow(type as MessageType, row),
  );
  return [
    "| type | command | sent by | data type | data count | parameter 1 | parameter 2 | payload |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function messageRow(type: MessageType, row: Row): string {
  const cells = [
    `\`${type}\``,
    `${row.command} (${Command[row.command]})`,
    row.from,
    row.dataType,
    row.dataCount,
    row.parameter1,
    row.parameter2,
    row.body,
  ];
  return `| ${cells.map((cell) => cell ?? "").join(" | ")} |`.replaceAll("  ", " ");
}

/** What the comments behind `console.log` say that an example prints. */
function promised(example: string): string[] {
  return [...example.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text ?? "");
}

describe("the README of epics-ca", () => {
  it("has the table of messages that the code has", () => {
    const [, table] = /<!-- messages: [^>]*-->\n([\s\S]*?)<!-- \/messages -->/.exec(README) ?? [];
    assert.equal(table?.trim(), messageTable());
  });

  const examples = [...README.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code ?? "");

  it("has its three examples", () => {
    assert.equal(examples.length, 3);
  });

  for (const [i, example] of examples.entries()) {
    it(`has an example ${i + 1} that prints what it promises`, () => {
      // One line for each value, as in the comments.
      const setUp = `import { inspect } from "node:util"; inspect.defaultOptions.breakLength = Infinity; inspect.defaultOptions.compact = true;\n`;
      const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-"], {
        cwd: PACKAGE,
        input: setUp + example,
        encoding: "utf8",
      });
      assert.equal(stderr, "");
      assert.deepEqual(stdout.trimEnd().split("\n"), promised(example));
      assert.ok(promised(example).length > 0);
    });
  }
});
