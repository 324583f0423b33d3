/** Answers are compressed for those who take it, and never where that could tell a secret. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { get as httpGet, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import Koa from "koa";
import { compression } from "../../../plugins/http-api/compression.js";
import { FakeSite, pv, type RunningApi, startApi } from "./fake-site.js";

describe("compression", () => {
  const site = new FakeSite();
  let api: RunningApi;
  before(async () => {
    for (let n = 0; n < 40; n++) site.pvs.set(`SR:${n}`, pv(`SR:${n}`));
    api = await startApi(site);
  });
  after(() => api.stop());

  const open = async (path: string, encoding?: string): Promise<IncomingMessage> => {
    const headers = encoding === undefined ? {} : { "accept-encoding": encoding };
    const request = httpGet(`${api.url}${path}`, { headers, agent: false });
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    return answer;
  };
  const get = async (path: string, encoding?: string) => {
    const answer = await open(path, encoding);
    return { headers: answer.headers, body: await buffer(answer) };
  };

  it("is brotli or gzip, as is accepted, and the same answer without it", async () => {
    for (const path of ["/api/v1/pvs", "/api/v1/pvs?download=csv", "/api/v1/pvs?download=json"]) {
      const plain = await get(path);
      assert.equal(plain.headers["content-encoding"], undefined);
      for (const [accepted, encoding, decompress] of [
        ["gzip", "gzip", gunzipSync],
        ["br", "br", brotliDecompressSync],
        ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
      ] as const) {
        const { headers, body } = await get(path, accepted);
        assert.equal(headers["content-encoding"], encoding, path);
        assert.equal(headers["content-type"], plain.headers["content-type"]);
        assert.deepEqual(decompress(body), plain.body, path);
        assert.ok(body.length < plain.body.length / 2);
      }
    }
  });

  it("is told to caches, whether it is used or not", async () => {
    for (const encoding of [undefined, "gzip"]) {
      assert.match((await get("/api/v1/pvs", encoding)).headers.vary ?? "", /Accept-Encoding/i);
    }
  });

  it("is left out for short answers, and for those who take none that there is", async () => {
    for (const [path, encoding] of [
      ["/healthz", "gzip"],
      ["/api/v1/pvs?nonsense=1", "gzip"],
      ["/api/v1/pvs", "zstd, deflate, identity"],
      ["/api/v1/pvs", "gzip;q=0"],
    ] as const) {
      assert.equal((await get(path, encoding)).headers["content-encoding"], undefined, path);
    }
  });

  it("is never used for answers with a secret", async () => {
    const app = new Koa().use(compression()).use((context) => {
      context.body = "secret".repeat(1000);
    });
    const server = app.listen(0, "127.0.0.1");
    try {
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const encodingOf = async (path: string) => {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`);
        assert.equal((await answer.text()).length, 6000);
        return answer.headers.get("content-encoding");
      };
      assert.equal(await encodingOf("/api/v1/session"), null);
      assert.notEqual(await encodingOf("/api/v1/other"), null);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("is never used for the stream of events", async () => {
    const answer = await open("/api/v1/stream", "gzip, br");
    assert.equal(answer.headers["content-encoding"], undefined);
    assert.match(answer.headers["content-type"] ?? "", /^text\/event-stream/);
    answer.destroy();
  });
});
