/** What paths of this plugin have in common: they answer a GET of exactly themselves. */
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Answer {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @param answer of a GET or HEAD of `path`; what it throws is the server's to answer. */
export function listenAt(
  path: string,
  answer: (query: URLSearchParams, request: IncomingMessage) => Promise<Answer>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const [asked, query = ""] = (request.url ?? "").split("?", 2);
    const isRead = request.method === "GET" || request.method === "HEAD";
    const said: Answer =
      asked !== path
        ? { status: 404, body: `there is nothing here: see ${path}\n` }
        : !isRead
          ? { status: 405, body: "this can only be read\n", headers: { allow: "GET, HEAD" } }
          : await answer(new URLSearchParams(query), request);
    response.writeHead(said.status, {
      "content-type": said.contentType ?? "text/plain; charset=utf-8",
      "content-length": Buffer.byteLength(said.body),
      "cache-control": "no-store",
      ...said.headers,
    });
    response.end(request.method === "HEAD" ? undefined : said.body);
  };
}
