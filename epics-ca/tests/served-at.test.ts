import assert from "node:assert/strict";
import { ADDRESS_IS_SOURCE, type SearchReply, servedAt } from "../src/index.js";

const ADDRESS = 0x0a070009;

function reply(also: Partial<SearchReply>): SearchReply {
  const address = ADDRESS_IS_SOURCE;
  return { type: "searchReply", cid: 1, port: 5070, address, minorVersion: 13, ...also };
}

describe("a channel is served", () => {
  it("where the reply comes from, at the port that it says", () => {
    assert.deepEqual(servedAt(reply({})), { address: undefined, port: 5070 });
    assert.deepEqual(servedAt(reply({ address: 0 })), { address: undefined, port: 5070 });
  });

  it("at the address that the reply says, of servers that have this field", () => {
    for (const minorVersion of [8, 13, undefined]) {
      const said = servedAt(reply({ address: ADDRESS, minorVersion }));
      assert.deepEqual(said, { address: ADDRESS, port: 5070 });
    }
    const old = servedAt(reply({ address: ADDRESS, minorVersion: 7 }));
    assert.deepEqual(old, { address: undefined, port: 5070 });
  });

  it("nowhere when the reply says no port", () => {
    assert.equal(servedAt(reply({ port: 0 })), undefined);
  });
});
