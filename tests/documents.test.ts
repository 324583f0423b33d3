/** The documents, all of them: their links lead somewhere, in a clone and, of what sites read, in the package too. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { ROOT } from "./core/repository.js";

const LINK = /\]\((?<target>[^)\s]+)\)|\b(?:src|srcset)="(?<picture>[^"]+)"/g;
const ELSEWHERE = /^[a-z]+:/;
const CODE = /```[\s\S]*?```|`[^`\n]*`/g;
/** Its links into the sources are for those who have them. */
const FOR_DEVELOPERS = "CONTRIBUTING.md";
/** In the package among what pvmon needs. */
const BUNDLED = "epics-ca/";

interface Link {
  readonly document: string;
  /** From the root of the repository. */
  readonly path: string;
  readonly heading: string;
}

function documents(): readonly string[] {
  const tracked = execFileSync("git", ["ls-files", "--", "*.md"], { cwd: ROOT, encoding: "utf8" });
  return tracked.trim().split("\n");
}

function read(document: string): string {
  return readFileSync(join(ROOT, document), "utf8");
}

function linksOf(document: string): readonly Link[] {
  const found = [...read(document).replace(CODE, "").matchAll(LINK)];
  return found
    .map(({ groups }) => groups?.target ?? groups?.picture ?? "")
    .filter((target) => !ELSEWHERE.test(target))
    .map((target) => {
      const [file = "", heading = ""] = target.split("#");
      const path = file === "" ? document : normalize(join(dirname(document), file));
      return { document, path, heading };
    });
}

/** As they are called in links to them. */
function headingsOf(document: string): readonly string[] {
  return read(document)
    .replace(/```[\s\S]*?```/g, "")
    .split("\n")
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, "")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{Pc} -]/gu, "")
        .replaceAll(" ", "-"),
    );
}

const say = ({ document, path, heading }: Link): string => `${document}: ${path}#${heading}`;

describe("the links of documents", () => {
  const links = documents().flatMap(linksOf);

  it("lead to files that are there", () => {
    assert.ok(links.length > 50, `only ${links.length} links were found`);
    assert.deepEqual(links.filter(({ path }) => !existsSync(join(ROOT, path))).map(say), []);
  });

  it("lead to headings that are there", () => {
    const within = links.filter(({ heading }) => heading !== "");
    assert.ok(within.length > 3, `only ${within.length} links to headings were found`);
    const lost = within.filter(({ path, heading }) => !headingsOf(path).includes(heading));
    assert.deepEqual(lost.map(say), []);
  });

  it("of those that are packed lead to what is packed", () => {
    const pack = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    const [list] = JSON.parse(execFileSync("npm", pack, { cwd: ROOT, stdio: "pipe" }).toString());
    const packed: readonly string[] = list.files.map(({ path }: { path: string }) => path);
    const isPacked = (path: string): boolean =>
      packed.some((file) => file === path || file.startsWith(`${path}/`));
    const lost = links
      .filter(({ document }) => packed.includes(document) && document !== FOR_DEVELOPERS)
      .filter(({ path }) => !isPacked(path) && !path.startsWith(BUNDLED));
    assert.deepEqual(lost.map(say), []);
  });
});
