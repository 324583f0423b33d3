import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, type ReadStream, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pagesListener } from "../../../plugins/web-ui/pages-listener.js";

/** More than the buffers of a connection hold. */
const LARGE_BYTES = 16_000_000;
const DOCUMENT = "<!doctype html><title>pvmon</title>";

describe("the listener of the pages", () => {
  let folder: string;
  let server: Server;
  const served: ReadStream[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-pages-"));
    mkdirSync(join(folder, "pages/assets"), { recursive: true });
    writeFileSync(join(folder, "pages/index.html"), DOCUMENT);
    writeFileSync(join(folder, "pages/assets/app-1a2b.js"), "export {};");
    writeFileSync(join(folder, "pages/assets/large-1a2b.js"), Buffer.alloc(LARGE_BYTES, " "));
    writeFileSync(join(folder, "pages/assets/app-1a2b.js.gz"), gzipSync("export {};"));
    writeFileSync(join(folder, "secret.txt"), "secret");
    const settings = { note: "Call 3456", links: [] };
    const listener = pagesListener(join(folder, "pages"), settings);
    server = createServer((request, response) => {
      response.once("pipe", (file: ReadStream) => served.push(file));
      listener(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  for (const path of ["/", "/pvs", "/linux-monitor?sort=load", "/no-such-page"]) {
    it(`answers ${path} with the document, never from a cache without asking`, async () => {
      const { response, body } = await get(path);
      assert.equal(response.statusCode, 200);
      assert.equal(body, DOCUMENT);
      assert.equal(response.headers["cache-control"], "no-cache");
    });
  }

  it("allows no scripts, styles or connections but its own", async () => {
    const { response } = await get("/");
    const policy = String(response.headers["content-security-policy"]);
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
  });

  it("lets files whose names change with their content be kept, compressed where that is understood", async () => {
    const { response } = await get("/assets/app-1a2b.js", { "accept-encoding": "gzip" });
    assert.equal(response.statusCode, 200);
    assert.match(String(response.headers["cache-control"]), /immutable/);
    assert.equal(response.headers["content-encoding"], "gzip");
  });

  it("answers an unchanged document with 304 and what it says of every document", async () => {
    const { response } = await get("/pvs");
    const again = await get("/pvs", { "if-none-match": String(response.headers.etag) });
    assert.equal(again.response.statusCode, 304);
    for (const name of ["cache-control", "content-security-policy", "permissions-policy"]) {
      assert.ok(again.response.headers[name], name);
      assert.equal(again.response.headers[name], response.headers[name], name);
    }
  });

  it("closes a file whose reader has gone before its end", async () => {
    served.length = 0;
    const { port } = server.address() as AddressInfo;
    const asked = request({ port, host: "127.0.0.1", path: "/assets/large-1a2b.js" }).end();
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    await once(response, "readable");
    const [file] = served;
    assert.equal(file?.closed, false);
    asked.destroy();
    await once(file, "close");
  });

  it("lets nobody keep that a file is missing", async () => {
    const { response } = await get("/assets/app-3c4d.js");
    assert.deepEqual([response.statusCode, response.headers["cache-control"]], [404, "no-store"]);
  });

  for (const path of [
    "/a/b",
    "/..%2fsecret.txt",
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/x.js",
  ]) {
    it(`has nothing at ${path}`, async () => {
      const { response, body } = await get(path);
      assert.equal(response.statusCode, 404);
      assert.doesNotMatch(body, /secret/);
    });
  }

  it("refuses changes", async () => {
    const { response } = await get("/", {}, "POST");
    assert.equal(response.statusCode, 405);
  });

  it("gives the pages what the site has configured", async () => {
    const { body } = await get("/settings.json");
    assert.deepEqual(JSON.parse(body), { note: "Call 3456", links: [] });
  });

  /** Not `fetch`, which would tidy the path. */
  function get(path: string, headers: Record<string, string> = {}, method = "GET") {
    const { port } = server.address() as AddressInfo;
    return new Promise<{ response: IncomingMessage; body: string }>((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => resolve({ response, body: Buffer.concat(parts).toString() }));
      });
      asked.on("error", reject).end();
    });
  }
});
