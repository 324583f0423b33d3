import assert from "node:assert/strict";
import fc from "fast-check";
import { href } from "../../../../plugins/web-ui/browser/address.js";

describe("addresses of pages", () => {
  it("are relative, and leave out parameters that say nothing", () => {
    assert.equal(href(""), "./");
    assert.equal(href("pvs", { match: "", state: undefined, host: null }), "./pvs");
    assert.equal(
      href("pvs", { state: "lost", limit: 0, live: false }),
      "./pvs?state=lost&limit=0&live=false",
    );
  });

  it("bring any name back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
        const url = new URL(href("pv", { name }), "http://pvmon/below/it/");
        assert.equal(url.pathname, "/below/it/pv");
        assert.equal(url.hash, "");
        assert.deepEqual([...url.searchParams], [["name", name]]);
      }),
    );
  });
});
