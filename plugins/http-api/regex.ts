/** The expressions of the `regex` parameter: RE2 syntax, so that no expression takes more than linear time. */
import { LRUCache } from "lru-cache";
import { RE2JS, RE2JSException } from "re2js";
import { ApiError } from "./errors.js";

/** Characters. To compile the worst expression of this length takes about 40 ms. */
export const MAX_REGEX_LENGTH = 250;
/** Instructions. The longest sensible list of alternatives has some hundreds. */
const MAX_PROGRAM_SIZE = 1000;

/** Of views that people go through just now: about 1 MB. */
const KEPT = 20;
type NameTest = (name: string) => boolean;
const kept = new LRUCache<string, NameTest>({ max: KEPT });

/**
 * True for names in which the expression is found anywhere. The same expression gets the same function for a while, by
 * which the inventory knows that two pages are of one list. Throws `badParameter`.
 */
export function compileRegex(expression: string): NameTest {
  const known = kept.get(expression);
  if (known !== undefined) return known;
  const test = nameTest(compile(expression));
  kept.set(expression, test);
  return test;
}

function nameTest(compiled: RE2JS): NameTest {
  if (compiled.programSize() > MAX_PROGRAM_SIZE) {
    throw new ApiError("badParameter", "regex: too complex, use smaller repeat counts", "regex");
  }
  return (name) => compiled.test(name);
}

function compile(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new ApiError("badParameter", `regex: ${error.message}`, "regex");
  }
}
