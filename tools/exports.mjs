/** What a module exports, with the first sentence of what its doc comment says: read off the sources, so that nothing is written twice. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./steps.mjs";

const LIST = /^export (?:type )?\{([^}]*)\} from "([^"]+)";/gm;
const KINDS = { const: "constant", interface: "type" };
const COMMENT = String.raw`/\*\*((?:(?!\*/)[\s\S])*)\*/\n`;

/** `{ name, kind, meaning }` of each, in the order of the module, which has lists only. @param module `core/testkit/index.ts` */
export function exportsOf(module) {
  const lists = [...source(module).matchAll(LIST)];
  return lists.flatMap(([, names, from]) => {
    const path = sourceOf(from, module);
    return names
      .split(",")
      .map((name) => name.trim().replace(/^type /, ""))
      .filter((name) => name !== "")
      .map((name) => ({ name, ...declared(name, path) }));
  });
}

/** What has no comment of its own is what its file is about; what a file only hands on is where that has it from. */
function declared(name, path) {
  const text = source(path);
  const declaration = new RegExp(
    `(?:${COMMENT})?export (?:async )?(class|const|function|interface|type) ${name}\\b`,
  );
  const [, own, kind] = declaration.exec(text) ?? [];
  const [, ofFile] = new RegExp(`^${COMMENT}`).exec(text) ?? [];
  if (kind === undefined) {
    const imported = new RegExp(`^import [^;]*\\b${name}\\b[^;]* from "([^"]+)";`, "m").exec(text);
    if (imported === null) throw new Error(`${path} has no ${name}`);
    return declared(name, sourceOf(imported[1], path));
  }
  return { kind: KINDS[kind] ?? kind, meaning: firstSentence(own ?? ofFile) };
}

function firstSentence(comment) {
  const text = comment.replace(/\n \*/g, "").replace(/\{@link (\w+)\}/g, "`$1`");
  return /^(.*?\.)(?=\s|$)/.exec(text.replace(/\s+/g, " ").trim())?.[1] ?? text.trim();
}

function sourceOf(from, importer) {
  return join(dirname(importer), from.replace(/\.js$/, ".ts"));
}

function source(path) {
  return readFileSync(join(ROOT, path), "utf8");
}
