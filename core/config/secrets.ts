/** `${env:NAME}` and `${file:path}` in a site file, and the keeping of their values out of everything that is printed. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isPair, isScalar, isSeq, type Node, visit } from "yaml";
import type { Path, SiteDocument } from "./document.js";
import type { Problem } from "./problem.js";

const REFERENCE = /\$\{([^}:]*)(?::([^}]*))?\}/g;
const HIDDEN = "[secret]";
/** A shorter value is hidden only where it stands alone, or no word would be left readable. */
const SHORT_LENGTH = 4;

/** The values that must not be shown. */
export class Secrets {
  readonly #values = new Set<string>();
  #pattern: RegExp | undefined;

  add(value: string): void {
    if (value === "") return;
    // Also as it looks inside JSON and inside a URL.
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]) {
      this.#values.add(form);
    }
    const alternatives = [...this.#values]
      .toSorted((a, b) => b.length - a.length)
      .map((text) => {
        const literal = text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
        return text.length < SHORT_LENGTH ? `(?<!\\w)${literal}(?!\\w)` : literal;
      });
    this.#pattern = new RegExp(alternatives.join("|"), "g");
  }

  /** The text with every secret value replaced. */
  hide(text: string): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, HIDDEN);
  }
}

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `${file:path}` is relative to. */
  readonly folder: string;
}

/**
 * Replaces the references in all values (not keys) of the document; each value stays text. One trailing line break of a
 * file is not part of its value. Adds the values to `secrets` and answers what could not be found.
 */
export function substituteSecrets(
  document: SiteDocument,
  sources: SecretSources,
  secrets: Secrets,
): Problem[] {
  const problems: Problem[] = [];
  visit(document.yaml, {
    Scalar(role, node, ancestors) {
      if (role === "key" || typeof node.value !== "string") return;
      const values: string[] = [];
      const text = node.value.replace(REFERENCE, (reference, source: string, name = "") => {
        const found = look(source, name, sources);
        if (typeof found === "string") {
          secrets.add(found);
          values.push(found);
          return found;
        }
        problems.push(document.problem(pathTo(node, ancestors), found.problem));
        return reference;
      });
      node.value = text;
      // A short one may not stand alone here.
      const shown = secrets.hide(text);
      if (values.some((value) => value !== "" && shown.includes(value))) secrets.add(text);
    },
  });
  return problems;
}

function pathTo(node: Node, ancestors: readonly unknown[]): Path {
  return [...ancestors.slice(1), node].flatMap((item, depth): Path => {
    const parent = ancestors[depth];
    if (isPair(item) && isScalar(item.key)) return [String(item.key.value)];
    return isSeq(parent) ? [parent.items.indexOf(item)] : [];
  });
}

function look(
  source: string,
  name: string,
  { env, folder }: SecretSources,
): string | { problem: string } {
  if (source === "env" && name !== "") {
    return env[name] ?? { problem: `the environment has no variable ${name}` };
  }
  if (source === "file" && name !== "") {
    const path = resolve(folder, name);
    try {
      return readFileSync(path, "utf8").replace(/\r?\n$/, "");
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
      return { problem: `the secret file ${path} cannot be read (${code})` };
    }
  }
  return { problem: `a reference is \${env:NAME} or \${file:path}` };
}
