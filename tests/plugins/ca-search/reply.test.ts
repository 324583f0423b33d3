import assert from "node:assert/strict";
import { encodeDatagram, type SearchReply } from "epics-ca";
import type { Endpoint } from "pvmon";
import { type Replies, readReplies } from "../../../plugins/ca-search/reply.js";

const REPLIER = 0x0a070002;

function read(also: Partial<SearchReply>): Replies {
  const reply = { type: "searchReply", cid: 1, address: 0x0a070009, port: 5070 } as const;
  const datagram = encodeDatagram([{ ...reply, minorVersion: 13, ...also }]);
  return readReplies(datagram, REPLIER);
}

function servers(also: Partial<SearchReply>): readonly Endpoint[] {
  return read(also).replies.map(({ server }) => server);
}

describe("a reply to a search", () => {
  it("names the server that its address says, and the replier where it says none", () => {
    assert.deepEqual(servers({}), [{ ip: 0x0a070009, port: 5070 }]);
    assert.deepEqual(servers({ address: 0xffff_ffff }), [{ ip: REPLIER, port: 5070 }]);
    assert.deepEqual(servers({ address: 0 }), [{ ip: REPLIER, port: 5070 }]);
  });

  it("of an old server means the replier, whatever stands where newer ones have the address", () => {
    assert.deepEqual(servers({ minorVersion: 4 }), [{ ip: REPLIER, port: 5070 }]);
  });

  it("without a port is none, and counts as damaged", () => {
    assert.deepEqual(read({ port: 0 }), { replies: [], damage: "a reply without a port" });
  });
});
