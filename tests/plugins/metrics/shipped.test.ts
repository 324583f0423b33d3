/** What comes with the plugin fits it: its dashboard and its alert rules. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FAMILIES } from "../../../plugins/metrics/exposition.js";
import { ROOT } from "../../core/repository.js";
import { metricNamesIn, SHIPPED } from "./shipped.js";

/** Those that plugins keep of themselves are seen in a real reading, by metrics.peer.test.ts. */
const OF_PLUGINS = /^pvmon_plugin_/;

describe("what is shipped with metrics", () => {
  for (const file of SHIPPED) {
    it(`names only metrics that exist in ${file}`, () => {
      const known = new Set(FAMILIES.map(({ name }) => name));
      const named = metricNamesIn(readFileSync(join(ROOT, file), "utf8"));
      assert.ok(named.length > 5, named.join());
      const unknown = named.filter((name) => !known.has(name) && !OF_PLUGINS.test(name));
      assert.deepEqual(unknown, []);
    });
  }

  it("has metrics that are called as Prometheus's conventions want it", () => {
    for (const { name, type, help, labels } of FAMILIES) {
      assert.match(name, /^(pvmon|process)_[a-z0-9_]+$/);
      assert.equal(name.endsWith("_total"), type === "counter", name);
      assert.doesNotMatch(name, /_(ms|milliseconds|minutes|kb|megabytes|percent)(_|$)/, name);
      assert.match(help, /\.$/, name);
      for (const label of labels) assert.match(label, /^[a-z_]+$/, name);
    }
    assert.equal(new Set(FAMILIES.map(({ name }) => name)).size, FAMILIES.length);
  });
});
