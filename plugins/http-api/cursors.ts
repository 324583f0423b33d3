/**
 * Cursors as they leave the API: bound to the list and the filters that they belong to. A wrong one, or one of another
 * list, is then an error, and never silently a page of something else.
 */
import { createHash } from "node:crypto";
import { ApiError } from "./errors.js";
import type { Route } from "./route.js";

type Query = Readonly<Record<string, unknown>>;

/** The query with the cursor that the list itself gave. */
export function openCursor(row: Route, query: Query): Query {
  if (typeof query.cursor !== "string") return query;
  if (query.offset !== undefined) {
    throw new ApiError("badParameter", "offset: not possible together with cursor", "offset");
  }
  const text = Buffer.from(query.cursor, "base64url").toString();
  const binding = bindingOf(row, query);
  if (text.startsWith(binding) && encode(text) === query.cursor) {
    return { ...query, cursor: text.slice(binding.length) };
  }
  throw wrongCursor();
}

/** The answer with a cursor that {@link openCursor} takes for the same list and filters. */
export function sealCursor(row: Route, query: Query, answer: unknown): unknown {
  if (!hasNext(answer)) return answer;
  return { ...answer, next: encode(bindingOf(row, query) + answer.next) };
}

export function wrongCursor(): ApiError {
  return new ApiError(
    "badParameter",
    "cursor: must be `next` of the page before, with the same other parameters",
    "cursor",
  );
}

/** The size of a page may change on the way. */
function bindingOf(row: Route, { cursor, limit, ...filters }: Query): string {
  const bound = [row.route, Object.entries(filters).sort()];
  return createHash("sha256").update(JSON.stringify(bound)).digest("base64url").slice(0, 8);
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}

function hasNext(answer: unknown): answer is { readonly next: string } {
  return (
    answer !== null &&
    typeof answer === "object" &&
    "next" in answer &&
    typeof answer.next === "string"
  );
}
