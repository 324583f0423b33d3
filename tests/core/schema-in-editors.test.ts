/** `pvmon schema` in the editor that people write site.yml with. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describeSite } from "../../core/catalog.js";
import { Editor } from "./editor.js";
import { ROOT } from "./repository.js";

const MODELINE = "# yaml-language-server: $schema=./site.schema.json\n";

describe("an editor with the schema of site files", () => {
  let folder: string;
  let editor: Editor;
  let documents = 0;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-editor-"));
    writeFileSync(join(folder, "site.schema.json"), JSON.stringify(await describeSite(undefined)));
    editor = new Editor();
    await editor.start();
  });
  after(() => {
    editor?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const uri = (): string => pathToFileURL(join(folder, `site-${documents}.yml`)).href;
  const open = (text: string) => {
    documents += 1;
    return editor.open(uri(), MODELINE + text);
  };
  /** What is offered at the mark `|`. */
  const offered = async (text: string): Promise<readonly string[]> => {
    const before = (MODELINE + text).split("|")[0] ?? "";
    await open(text.replace("|", ""));
    const lines = before.split("\n");
    return editor.complete(uri(), lines.length - 1, lines.at(-1)?.length ?? 0);
  };

  it("finds nothing wrong in a site file that pvmon takes", async () => {
    const site = `name: Example
detectors:
  - use: ca-sniffer
    config: { source: capture, interfaces: [eth1] }
outputs:
  - use: http-api
    config: { port: 8080 }
`;
    assert.deepEqual(await open(site), []);
  });

  it("offers the sections of a site file", async () => {
    const sections = await offered("name: Example\n|\n");
    for (const section of ["detectors", "probes", "stores", "outputs", "inventory", "access"]) {
      assert.ok(sections.includes(section), `${section} is not in ${sections.join()}`);
    }
  });

  it("offers the plugins of a kind by name", async () => {
    const names = await offered("outputs:\n  - use: |\n");
    for (const name of ["http-api", "web-ui"]) assert.ok(names.includes(name), names.join());
    assert.ok(readdirSync(join(ROOT, "plugins")).includes("ca-sniffer"));
    assert.ok(!names.includes("ca-sniffer"), "a detector is offered as an output");
  });

  it("offers the options of the plugin that is used, and of no other", async () => {
    const options = await offered("outputs:\n  - use: http-api\n    config:\n      |\n");
    for (const option of ["port", "hostNames", "maxConnections"])
      assert.ok(options.includes(option), options.join());
    assert.ok(!options.includes("datagramsPerSecond"));
  });

  it("marks an option that is not there, and one whose value cannot be", async () => {
    const unknown = await open("outputs:\n  - use: http-api\n    config: { prot: 80 }\n");
    assert.match(unknown.map(({ message }) => message).join("\n"), /prot/);
    assert.deepEqual(unknown[0]?.range.start, { line: 3, character: 14 });
    const wrong = await open("outputs:\n  - use: http-api\n    config: { port: 80000 }\n");
    assert.match(wrong.map(({ message }) => message).join("\n"), /65535/);
  });
});
