import assert from "node:assert/strict";
import { OwnSockets } from "../../../../core/model/inventory/own-sockets.js";
import type { SearchSeen } from "../../../../core/model/observation.js";

const START = Date.UTC(2026, 0, 1);

describe("pvmon's own sockets", () => {
  const search = { client: 0x0a070009, port: 41_000, source: "client" } as SearchSeen;
  const socket = { ip: 0x0a070009, port: 41_000 };

  it("are told by address and port while they are open", () => {
    const own = new OwnSockets();
    assert.equal(own.sourceOf(search), "client");
    own.fold({ type: "ownSocket", at: START, socket, open: true });
    assert.equal(own.sourceOf(search), "own");
    assert.equal(
      own.sourceOf({ ...search, port: 41_001 }),
      "client",
      "another program of the host",
    );
    own.fold({ type: "ownSocket", at: START, socket, open: false });
    assert.equal(own.sourceOf(search), "client");
  });

  it("leave the site's own classes as they are", () => {
    assert.equal(new OwnSockets().sourceOf({ ...search, source: "archiver" }), "archiver");
  });
});
