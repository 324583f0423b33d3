/** The expressions of the `regex` parameter: RE2 syntax, so that no expression takes more than linear time. */
import { LRUCache } from "lru-cache";
import type { PvQuery } from "pvmon";
import { RE2JS, RE2JSException } from "re2js";
import { ApiError } from "./errors.js";
import { requiredGlobsOf } from "./regex-glob.js";

/** Characters. To compile the worst expression of this length takes about 40 ms. */
export const MAX_REGEX_LENGTH = 250;
/** Instructions. The longest sensible list of alternatives has some hundreds. */
const MAX_PROGRAM_SIZE = 1000;

/** Of views that people go through just now: about 1 MB. */
const KEPT = 20;
type NameTests = Pick<PvQuery, "match" | "accept">;
const kept = new LRUCache<string, NameTests>({ max: KEPT });

/**
 * Of names in which the expression is found anywhere. The same expression gets the same function for a while, by which the
 * inventory knows that two pages are of one list. Throws `badParameter`.
 */
export function compileRegex(expression: string): NameTests {
  const known = kept.get(expression);
  if (known !== undefined) return known;
  const compiled = compile(expression);
  if (compiled.programSize() > MAX_PROGRAM_SIZE) {
    throw new ApiError("badParameter", "regex: too complex, use smaller repeat counts", "regex");
  }
  const match = requiredGlobsOf(expression);
  const tests = {
    accept: (name: string) => compiled.test(name),
    ...(match !== undefined && { match }),
  };
  kept.set(expression, tests);
  return tests;
}

function compile(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new ApiError("badParameter", `regex: ${error.message}`, "regex");
  }
}
