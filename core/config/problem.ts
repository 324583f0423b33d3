/** What is wrong in a site file: where, and what, in one line each. */
import { type ErrorCode, PvmonError } from "../plugin/errors.js";

export interface Problem {
  readonly code: ErrorCode;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** As in `detectors[0].config.port`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** `site.yml:5:13: detectors[0].use: no plugin "ca-snifer"; did you mean "ca-sniffer"?` */
function formatProblem({ file, line, column, path, message }: Problem): string {
  return `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`;
}

/** Every mistake of a site file at once, in the order of the file; `message` has one line for each. */
export class ConfigError extends PvmonError {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    const sorted = problems.toSorted(
      (a, b) => a.line - b.line || a.column - b.column || a.message.localeCompare(b.message),
    );
    const codes = new Set(sorted.map(({ code }) => code));
    const code = codes.size === 1 ? (sorted[0]?.code ?? "CONFIG") : "CONFIG";
    super(code, sorted.map(formatProblem).join("\n"), options);
    this.problems = sorted;
  }
}
