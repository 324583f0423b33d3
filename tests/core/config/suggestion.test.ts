import assert from "node:assert/strict";
import { nearest, suggestion } from "../../../core/config/suggestion.js";

const PLUGINS = ["ca-sniffer", "ca-search", "cainfo", "sqlite-store", "http-api"];

describe("a suggestion for a mistyped word", () => {
  it("is the nearest known one", () => {
    assert.equal(nearest("ca-snifer", PLUGINS), "ca-sniffer");
    assert.equal(nearest("CAINFO", PLUGINS), "cainfo");
  });

  it("is the one that the word is a part of", () => {
    assert.equal(nearest("sniffer", PLUGINS), "ca-sniffer");
    assert.equal(nearest("sqlite", PLUGINS), "sqlite-store");
  });

  it("is none where nothing is near, or several are as near", () => {
    assert.equal(nearest("mariadb", PLUGINS), undefined);
    assert.equal(nearest("ca-s", PLUGINS), undefined);
    assert.equal(suggestion("mariadb", PLUGINS), `; known are ${PLUGINS.join(", ")}`);
    assert.equal(suggestion("mariadb", []), "");
  });
});
