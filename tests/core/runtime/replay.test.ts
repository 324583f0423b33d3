import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import {
  CLOCK,
  defineDetector,
  defineStore,
  type Observation,
  type Plugin,
} from "../../../core/index.js";
import { replayCapture } from "../../../core/pvmon.js";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Reads "captures" of one observation a line. */
const reader = defineDetector({
  name: "reader",
  description: "Reads observations.",
  configSchema: Type.Object({}),
  needs: { clock: CLOCK },
  create: ({ emitter, services }) => ({
    start: () => Promise.reject(new Error("a replay starts nothing")),
    stop: async () => undefined,
    replay: async (path) => {
      for (const line of readFileSync(path, "utf8").trimEnd().split("\n")) {
        const observation = JSON.parse(line) as Observation;
        emitter.emit(observation);
        assert.equal(services.clock.now(), observation.at);
      }
    },
  }),
});
const store = defineStore({
  name: "store",
  description: "Must not be touched.",
  configSchema: Type.Object({}),
  create: () => assert.fail("a replay has no store"),
});
const blind = defineDetector({
  name: "blind",
  description: "Reads no files.",
  configSchema: Type.Object({}),
  create: () => ({ start: async () => undefined, stop: async () => undefined }),
});

const SITE =
  "name: Replay\nlog: { level: silent }\ndetectors: [{ use: reader }, { use: reader, id: second }, { use: blind }]\nstores: [{ use: store }]\n";
const plugins: Record<string, Plugin> = { reader, store, blind };

describe("a replay", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-replay-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function capture(): string {
    const path = join(folder, "capture");
    const lines = Array.from({ length: 20 }, (_, index) => {
      const beacon = { type: "beacon", source: 0x0a070001 + (index % 2), address: 0, port: 5064 };
      return JSON.stringify({
        ...beacon,
        at: AT + index * 5000,
        sequence: 100 + index,
        minorVersion: 13,
      });
    });
    writeFileSync(path, `${lines.join("\n")}\n`);
    return path;
  }

  const replay = async (path: string, site = SITE): Promise<string> =>
    [...(await replayCapture(path, site, new AbortController().signal, { plugins }))].join("");

  it("folds the capture on its own clock and prints one object with times as text", async () => {
    const answer = JSON.parse(await replay(capture()));
    assert.deepEqual(Object.keys(answer), [
      "status",
      "servers",
      "hosts",
      "pvs",
      "clients",
      "events",
      "anomalies",
    ]);
    assert.equal(answer.status.startedAt, new Date(AT).toISOString());
    assert.equal(answer.status.uptimeSeconds, 95);
    assert.deepEqual(
      answer.servers.map(({ server }: { server: string }) => server),
      ["10.7.0.1:5064", "10.7.0.2:5064"],
    );
    assert.equal(answer.servers[0].lastBeaconAt, new Date(AT + 90_000).toISOString());
    assert.deepEqual(
      answer.status.plugins.map(({ id, status }: { id: string; status: string }) => [id, status]),
      [["reader", "ok"]],
    );
  });

  it("gives the same answer to the byte each time", async () => {
    assert.equal(await replay(capture()), await replay(capture()));
  });

  it("names the file that cannot be read", async () => {
    const path = join(folder, "nowhere");
    await assert.rejects(replay(path), {
      code: "REPLAY",
      message: /ENOENT.*nowhere/,
    });
  });

  it("says when no detector can read captures", async () => {
    await assert.rejects(replay(capture(), "name: x\ndetectors: [{ use: blind }]\n"), {
      code: "REPLAY",
      message: "no detector in the configuration can read a capture file",
    });
  });
});
