/** Heartbeats, and what their senders answer when they are asked. */
import assert from "node:assert/strict";
import type { HeartbeatSeen } from "pvmon";
import { ProcessLines } from "../../../plugins/ioc-heartbeat/asking/process-lines.js";
import { decodeListPage, decodeMapLine } from "../../../plugins/ioc-heartbeat/asking/protocol.js";
import { decodeHeartbeat } from "../../../plugins/ioc-heartbeat/heartbeat.js";
import { FoldedSite } from "../folded-site.js";
import type { FuzzTarget } from "../target.js";

const FIRST_ADDRESS = 0x0a07_0000;
const HOSTS = 5000;
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const MAX_TEXT = 4096;

function isShowable(...texts: readonly string[]): void {
  for (const text of texts) {
    assert.ok(text.length <= MAX_TEXT, `a text of ${text.length}`);
    assert.doesNotMatch(text, UNSHOWABLE);
  }
}

export const heartbeat: FuzzTarget = {
  what: "heartbeats, down to the inventory",
  create: () => {
    const site = new FoldedSite();
    let read = 0;
    return (input) => {
      read++;
      const decoded = decodeHeartbeat(input);
      if (typeof decoded !== "string") {
        isShowable(decoded.version, decoded.image, decoded.command, decoded.directory);
        const source = FIRST_ADDRESS + (read % HOSTS);
        const seen: HeartbeatSeen = {
          type: "heartbeat",
          at: site.at,
          source,
          port: 40_000,
          ...decoded,
        };
        site.fold(seen);
      }
      site.inputRead();
    };
  },
};

export const pvList: FuzzTarget = {
  what: "pages of PV lists",
  create: () => (input) => {
    const page = decodeListPage(input);
    if (page === undefined) return;
    for (const number of [page.handle, page.offset, page.total]) {
      assert.ok(number >= 0 && number <= 0xffff_ffff, String(number));
    }
    assert.ok(page.names.every((name) => name === null || typeof name === "string"));
  },
};

/** A line of the input is one reply. */
export const processMap: FuzzTarget = {
  what: "lines of process maps, and the processes that they add up to",
  create: () => (input) => {
    const lines = new ProcessLines();
    const bytes = Buffer.from(input);
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf("\n", at);
      const reply = decodeMapLine(bytes.subarray(at, end < 0 ? bytes.length : end));
      if (typeof reply?.line === "string") lines.add(reply.line);
      at = end < 0 ? bytes.length : end + 1;
    }
    lines.showsAllUsers();
    for (const { pid, commandLine, directory, listens, sockets } of lines.processes()) {
      assert.ok(Number.isInteger(pid) && pid > 0);
      isShowable(commandLine, directory);
      assert.ok([...listens, ...sockets].every((port) => port >= 0 && port <= 65_535));
    }
  },
};
