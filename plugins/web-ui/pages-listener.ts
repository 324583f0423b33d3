/** Serves the built pages: every page is the same document, which looks at the address to know what to show. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { finished, type Readable } from "node:stream";
import sirv from "sirv";
import type { Config } from "./config.js";

export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Only what the built files themselves bring; styles that scripts set on elements need no permission. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** One segment without a dot: pages are never deeper, so that relative addresses in the document work below any path. */
const PAGE = /^\/[a-z-]*$/;

/** What the site has configured for the pages. */
const SETTINGS = "/settings.json";

export function pagesListener(folder: string, settings: Config): Listener {
  const settingsText = JSON.stringify(settings);
  const serve = sirv(folder, { etag: true, gzip: true, brotli: true });
  return (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      refuse(response, 405, "Pages can only be read.");
      return;
    }
    const path = request.url?.split("?", 1)[0] ?? "/";
    if (path === SETTINGS) {
      response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
      response.end(settingsText);
      return;
    }
    if (PAGE.test(path)) request.url = "/index.html";
    // Not in an option of sirv, which asks for them only when it sends a file: browsers take those of a 304 over those they have.
    setHeaders(response, path);
    // sirv pipes: a browser that goes before the file has told its end would leave it open.
    response.once("pipe", (file: Readable) => finished(response, () => file.destroy()));
    serve(request, response, () => refuse(response, 404, "There is no such page."));
  };
}

function setHeaders(response: ServerResponse, path: string): void {
  // The names of files in assets/ change with their content.
  const keep = path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
  response.setHeader("cache-control", keep);
  response.setHeader("content-security-policy", CONTENT_SECURITY_POLICY);
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("permissions-policy", "camera=(), geolocation=(), microphone=()");
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(`${text}\n`);
}
