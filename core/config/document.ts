/** A YAML file that knows where each of its values stands, so that a mistake can be told with line and column. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from "yaml";
import type { ErrorCode } from "../plugin/errors.js";
import type { Problem } from "./problem.js";

export type Path = readonly (string | number)[];

/** `detectors[0].config.port` */
export function formatPath(path: Path): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

export class SiteDocument {
  /** As shown in messages. */
  readonly file: string;
  readonly yaml: Document.Parsed<ParsedNode>;
  /** Every duplicate key, which leaves the rest readable, and the first other fault of the YAML, which breaks it. */
  readonly problems: readonly Problem[];
  readonly broken: boolean;
  readonly #lines = new LineCounter();

  constructor(text: string, file: string) {
    this.file = file;
    this.yaml = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const isDuplicate = ({ code }: YAMLError): boolean => code === "DUPLICATE_KEY";
    const fault = this.yaml.errors.find((error) => !isDuplicate(error));
    this.broken = fault !== undefined;
    this.problems = this.yaml.errors
      .filter((error) => error === fault || isDuplicate(error))
      .map((error) => this.problemAt(error.pos[0], "", words(error, text)));
  }

  /** The plain value of the whole file. Throws for aliases that lead nowhere or that multiply without end. */
  toValue(): unknown {
    return this.yaml.toJS();
  }

  /** A problem of the value at `path`; of its key with `of` "key". Where there is no such value, its nearest parent. */
  problem(
    path: Path,
    message: string,
    of: "key" | "value" = "value",
    code: ErrorCode = "CONFIG",
  ): Problem {
    return this.problemAt(this.#offset(path, of), formatPath(path), message, code);
  }

  /** A problem at a character offset of the file. */
  problemAt(offset: number, path: string, message: string, code: ErrorCode = "CONFIG"): Problem {
    const { line, col } = this.#lines.linePos(offset);
    return {
      code,
      file: this.file,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      path,
      message,
    };
  }

  #offset(path: Path, of: "key" | "value"): number {
    let node = this.#resolved(this.yaml.contents);
    let offset = node?.range?.[0] ?? 0;
    for (const [depth, step] of path.entries()) {
      let next: unknown;
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => (isScalar(key) ? key.value : key) === step);
        if (pair === undefined) return offset;
        const key = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
        const value = this.#resolved(pair.value);
        const keyWanted = of === "key" && depth === path.length - 1;
        offset = (keyWanted ? key : (value?.range?.[0] ?? key)) ?? offset;
        next = value;
      } else if (isSeq(node)) {
        next = this.#resolved(node.items[Number(step)]);
        if (next === undefined) return offset;
        offset = (next as Node).range?.[0] ?? offset;
      } else return offset;
      node = next as Node | undefined;
    }
    return offset;
  }

  #resolved(node: unknown): Node | undefined {
    const found = isAlias(node) ? node.resolve(this.yaml) : node;
    return found === null ? undefined : (found as Node | undefined);
  }
}

function words({ code, message, pos: [offset] }: YAMLError, text: string): string {
  if (code === "DUPLICATE_KEY") {
    const key = /^[\w-]+/.exec(text.slice(offset, offset + 100))?.[0];
    return key === undefined ? "duplicate key" : `duplicate key "${key}"`;
  }
  const isReference = text[offset - 1] === "$";
  return isReference ? `${message}: inside { } and [ ], put quotes around \${…}` : message;
}
