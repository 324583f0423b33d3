/** Answers are sent compressed to whoever takes that: names of PVs shrink to a small part. */
import { constants } from "node:zlib";
import type { Context, Middleware, Next } from "koa";
import compress from "koa-compress";

/**
 * Answers with a secret. The length of a compressed answer tells what in it is alike, so no secret may be compressed
 * together with text that others choose, and names of PVs are such text.
 */
const SECRET_PATHS: ReadonlySet<string> = new Set(["/api/v1/session"]);

const LEVEL = 1;

/** Of JSON, CSV and text of 1 kB and more; the stream of events writes past it. */
export function compression(): Middleware {
  const compressed = compress({
    threshold: 1024,
    br: { params: { [constants.BROTLI_PARAM_QUALITY]: LEVEL } },
    gzip: { level: LEVEL },
    deflate: false,
    zstd: false,
  });
  return (context: Context, next: Next) =>
    SECRET_PATHS.has(context.path) ? next() : compressed(context, next);
}
