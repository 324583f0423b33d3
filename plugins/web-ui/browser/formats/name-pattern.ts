/** What somebody types to find names: a part of them, a glob, or a regular expression. */
import type { Parameters } from "../address.js";

export type PatternKind = "all" | "part" | "glob" | "regex";

export interface NamePattern {
  readonly kind: PatternKind;
  /** Without the slashes around an expression. */
  readonly text: string;
  /** The API's parameters of a list of names. */
  readonly query: Parameters;
}

/** `/…/`, as many programs write a regular expression. */
const SLASHES = /^\/(.+)\/$/;

/** @param asRegex the text is an expression without slashes around it. */
export function namePattern(typed: string, asRegex = false): NamePattern {
  const inSlashes = SLASHES.exec(typed)?.[1];
  const text = inSlashes ?? typed;
  if (text === "") return { kind: "all", text, query: {} };
  if (asRegex || inSlashes !== undefined) {
    // As in the other kinds of search, case does not matter.
    return { kind: "regex", text, query: { regex: `(?i)${text}` } };
  }
  return { kind: /[*?]/.test(text) ? "glob" : "part", text, query: { match: text } };
}

export const PATTERN_HINT: Readonly<Record<PatternKind, string>> = {
  all: "Part of a name, a glob with * and ?, or /a regular expression/",
  part: "Names that contain this; upper and lower case are the same",
  glob: "Whole names that look like this: * is any text, ? any one character",
  regex: "Names in which this regular expression (RE2) is found; upper and lower case are the same",
};
