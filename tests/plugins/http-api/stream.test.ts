/** The stream: what a browser's EventSource would see, and what happens to those that do not read. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { event, FakeSite, type RunningApi, startApi } from "./fake-site.js";
import { send } from "./requests.js";

interface Received {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
  readonly comment?: string;
}

class Reader {
  readonly #stop = new AbortController();
  readonly #messages: AsyncGenerator<Received>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#messages = read(url, headers, this.#stop.signal);
  }

  /** The next message for which it holds. */
  async next(wanted: (message: Received) => boolean): Promise<Received> {
    for (;;) {
      const { value, done } = await this.#messages.next();
      if (done) throw new Error("the stream has ended");
      if (wanted(value)) return value;
    }
  }

  /** Resolves when the server ends the stream. */
  async ended(): Promise<void> {
    while (!(await this.#messages.next()).done);
  }

  stop(): void {
    this.#stop.abort();
  }
}

async function* read(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncGenerator<Received> {
  const answer = await fetch(url, { headers, signal });
  assert.equal(answer.status, 200);
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const messages = text.split("\n\n");
    text = messages.pop() ?? "";
    for (const message of messages) {
      const fields = message.split("\n").map((line) => line.split(/: (.*)/s, 2));
      yield Object.fromEntries(fields.map(([key, value]) => [key === "" ? "comment" : key, value]));
    }
  }
}

const isEvent = (message: Received) => message.event === "events";
const isRetry = (message: Received) => "retry" in message;

describe("the stream", () => {
  let site: FakeSite;
  let api: RunningApi;
  let readers: Reader[];
  beforeEach(async () => {
    site = new FakeSite();
    readers = [];
    api = await startApi(site, { maxStreams: 3, streamBufferBytes: 65_536 });
  });
  afterEach(async () => {
    for (const reader of readers) reader.stop();
    await api.stop();
  });

  async function open(query = "", headers: Readonly<Record<string, string>> = {}) {
    const reader = new Reader(`${api.url}/api/v1/stream${query}`, headers);
    readers.push(reader);
    await reader.next(isRetry);
    return reader;
  }

  it("tells events with their ids as they become safe to show", async () => {
    const reader = await open("?topics=events");
    site.publish(event(3));
    const { id, data } = await reader.next(isEvent);
    assert.equal(id, event(3).id);
    assert.equal(JSON.parse(data ?? "").id, event(3).id);
  });

  it("tells the counters at once and then every two seconds", async () => {
    const reader = await open("?topics=counters");
    const first = await reader.next(({ event }) => event === "counters");
    assert.equal(JSON.parse(first.data ?? "").at, "2026-01-01T00:00:00.000Z");
    await site.clock.advance(2000);
    const second = await reader.next(({ event }) => event === "counters");
    assert.equal(JSON.parse(second.data ?? "").at, "2026-01-01T00:00:02.000Z");
    assert.equal(second.id, undefined);
  });

  it("sends a comment so often that proxies keep it open", async () => {
    const reader = await open("?topics=events");
    await site.clock.advance(15_000);
    assert.equal((await reader.next(({ comment }) => comment !== undefined)).comment, "heartbeat");
  });

  it("gives a reader that comes back what it has missed, in order, once", async () => {
    site.events = [5, 4, 3, 2, 1].map(event);
    const history = site.history?.events;
    assert.ok(site.history && history);
    site.history.events = async (query) => {
      // Both are stored and published while the history is read: one of them is in both.
      site.events.unshift(event(6));
      site.publish(event(6));
      const page = await history(query);
      site.publish(event(7));
      return page;
    };
    const reader = await open("?topics=events", { "last-event-id": event(2).id });
    site.publish(event(6));
    site.publish(event(8));
    const ids = [];
    for (let i = 0; i < 6; i++) ids.push((await reader.next(isEvent)).id);
    assert.deepEqual(
      ids,
      [3, 4, 5, 6, 7, 8].map((n) => event(n).id),
    );
  });

  it("goes through several pages of history, more than its buffer holds", async () => {
    site.events = Array.from({ length: 2500 }, (_, i) => event(2500 - i));
    const reader = await open("?topics=events", { "last-event-id": event(100).id });
    for (let i = 101; i <= 2500; i++) {
      assert.equal((await reader.next(isEvent)).id, event(i).id);
    }
  });

  it("says that there is a gap when too much was missed, or nobody remembers", async () => {
    site.events = Array.from({ length: 6000 }, (_, i) => event(6000 - i));
    const far = await open("?topics=events", { "last-event-id": "0" });
    assert.ok(await far.next(({ event }) => event === "gap"));
    if (site.history) site.history.events = () => Promise.reject(new Error("disk full"));
    const failed = await open("?topics=events", { "last-event-id": "0" });
    assert.ok(await failed.next(({ event }) => event === "gap"));
    site.history = undefined;
    api = await reopen();
    const forgetful = await open("?topics=events", { "last-event-id": "0" });
    assert.ok(await forgetful.next(({ event }) => event === "gap"));
    site.publish(event(6001));
    assert.equal((await forgetful.next(isEvent)).id, event(6001).id);
  });

  const isChange = (message: Received) => message.event === "changed";
  const acknowledged = (n: number) => ({ ...event(n), log: "acknowledged" as const });

  it("tells an event that has changed once more, without its id, after which nobody may come back", async () => {
    const reader = await open("?topics=events");
    site.publish(event(3));
    site.publish(event(4));
    site.change({ ...event(3), log: "pending" });
    site.change(acknowledged(3));
    await site.clock.advance(100);
    assert.deepEqual(
      [(await reader.next(isEvent)).id, (await reader.next(isEvent)).id],
      [event(3).id, event(4).id],
    );
    const { id, event: name, data } = await reader.next(() => true);
    assert.deepEqual([name, id], ["changed", undefined]);
    assert.deepEqual(
      [JSON.parse(data ?? "").id, JSON.parse(data ?? "").acknowledged],
      [event(3).id, true],
    );
    site.publish(event(5));
    assert.equal((await reader.next(() => true)).id, event(5).id);
  });

  it("tells changes only to those that want events", async () => {
    const reader = await open("?topics=counters");
    site.change(acknowledged(1));
    await site.clock.advance(100);
    await site.clock.advance(2000);
    const names = new Set<string | undefined>();
    for (let i = 0; i < 2; i++) names.add((await reader.next(() => true)).event);
    assert.deepEqual([...names], ["counters"]);
  });

  it("tells what has changed while it fetched what was missed after that, old events too", async () => {
    site.events = [3, 2, 1].map(event);
    const history = site.history?.events;
    assert.ok(site.history && history);
    site.history.events = async (query) => {
      const page = await history(query);
      site.change(acknowledged(1));
      site.change(acknowledged(3));
      await site.clock.advance(100);
      return page;
    };
    const reader = await open("?topics=events", { "last-event-id": event(2).id });
    assert.equal((await reader.next(() => true)).id, event(3).id);
    for (const n of [1, 3]) {
      const { event: name, data } = await reader.next(() => true);
      assert.deepEqual([name, JSON.parse(data ?? "").id], ["changed", event(n).id]);
    }
  });

  it("says that there is a gap when ten thousand entries change at once, and tells the next change", async () => {
    const reader = await open("?topics=events");
    for (let n = 1; n <= 10_000; n++) site.change(acknowledged(n));
    await site.clock.advance(100);
    assert.equal((await reader.next(() => true)).event, "gap");
    site.change(acknowledged(7));
    await site.clock.advance(100);
    const { data } = await reader.next(isChange);
    assert.equal(JSON.parse(data ?? "").id, event(7).id);
    assert.equal(api.host.counters.get("stream_clients_cut_total") ?? 0, 0);
  });

  it("takes no more readers than configured, and others again when one has gone", async () => {
    const [first] = await Promise.all([open(), open(), open()]);
    const refused = await send(api.url, "/api/v1/stream");
    assert.equal(refused.status, 503);
    assert.equal(JSON.parse(refused.body).error.code, "busy");
    first.stop();
    while (api.host.gauges.get("stream_clients")?.() === 3) await new Promise(setImmediate);
    await open();
  });

  it("cuts off readers that do not read, and nobody else", async () => {
    const reader = await open("?topics=events");
    const { hostname, port } = new URL(api.url);
    const lazy = connect(Number(port), hostname);
    lazy.on("error", () => undefined);
    lazy.write("GET /api/v1/stream?topics=events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    lazy.pause();
    while (api.host.gauges.get("stream_clients")?.() !== 2) await new Promise(setImmediate);
    const text = "x".repeat(5000);
    // Far more than socket buffers hold; the other reader gets each before the next is sent.
    for (let i = 3; i < 10_000 && api.host.gauges.get("stream_clients")?.() === 2; i++) {
      site.publish({ ...event(i), text });
      assert.equal((await reader.next(isEvent)).id, event(i).id);
    }
    assert.equal(api.host.gauges.get("stream_clients")?.(), 1);
    assert.equal(api.host.counters.get("stream_clients_cut_total"), 1);
    lazy.destroy();
  });

  it("ends when pvmon stops", async () => {
    const reader = await open();
    await Promise.all([api.stop(), reader.ended()]);
  });

  it("refuses unknown topics and ids that are none", async () => {
    assert.equal((await send(api.url, "/api/v1/stream?topics=weather")).status, 400);
    const answer = await send(api.url, "/api/v1/stream", { headers: { "last-event-id": "x" } });
    assert.equal(answer.status, 400);
    assert.equal(JSON.parse(answer.body).error.parameter, "Last-Event-ID");
  });

  async function reopen(config: object = {}): Promise<RunningApi> {
    await api.stop();
    return startApi(site, config);
  }
});
