import assert from "node:assert/strict";
import type { Metric } from "../../../../plugins/web-ui/browser/api/types.js";
import {
  limitsOf,
  optionText,
  sentMetrics,
} from "../../../../plugins/web-ui/browser/pages/system/budgets.js";
import { ratesBetween } from "../../../../plugins/web-ui/browser/pages/system/metric-rates.js";

function metric(plugin: string, name: string, value: number, type: Metric["type"] = "counter") {
  return { plugin, name, value, type, help: "" };
}

describe("how fast counters grow", () => {
  it("is told per second between two answers", () => {
    const before = {
      uptimeSeconds: 100,
      metrics: [metric("ca-search", "datagrams_sent_total", 50)],
    };
    const after = {
      uptimeSeconds: 110,
      metrics: [metric("ca-search", "datagrams_sent_total", 75)],
    };
    assert.deepEqual([...ratesBetween(before, after)], [["ca-search datagrams_sent_total", 2.5]]);
  });

  it("is told of no gauge, no counter that began anew, and nothing without an answer before", () => {
    const before = {
      uptimeSeconds: 100,
      metrics: [metric("a", "x_total", 50), metric("a", "waiting", 3, "gauge")],
    };
    const after = {
      uptimeSeconds: 5,
      metrics: [metric("a", "x_total", 1), metric("a", "waiting", 9, "gauge")],
    };
    assert.equal(ratesBetween(before, after).size, 0, "pvmon was started again");
    assert.equal(ratesBetween(before, { ...after, uptimeSeconds: 110 }).size, 0);
    assert.equal(ratesBetween(undefined, after).size, 0);
  });
});

describe("what pvmon may send", () => {
  it("is every option of the configuration that is so many per second, by plugin", () => {
    const yaml = `probes:
  - use: ca-search
    id: ca-search
    config:
      destinations:
        - 10.7.0.255
      datagramsPerSecond: 2.5
      totalDatagramsPerSecond: 50
  - use: ca-search
    id: second
    config: { }
  - use: cainfo
    config:
      questionsPerSecond: 10
    id: cainfo
outputs:
  - use: web-ui
    id: web-ui
`;
    assert.deepEqual(
      [...limitsOf(yaml)],
      [
        [
          "ca-search",
          [
            { option: "datagramsPerSecond", perSecond: 2.5 },
            { option: "totalDatagramsPerSecond", perSecond: 50 },
          ],
        ],
        ["cainfo", [{ option: "questionsPerSecond", perSecond: 10 }]],
      ],
    );
    assert.equal(limitsOf("").size, 0);
    assert.equal(optionText("totalDatagramsPerSecond"), "total datagrams per second");
    assert.equal(optionText("datagramsPerSecondPerIoc"), "datagrams per second per IOC");
  });

  it("stands beside what was sent, not beside what came", () => {
    const names = [
      metric("ca-search", "datagrams_sent_total", 1),
      metric("ca-search", "bytes_sent_total", 2),
      metric("cainfo", "questions_total", 3),
      metric("http-api", "requests_total", 4),
      metric("ca-search", "answers_total", 5),
      metric("ioc-heartbeat", "requests_sent_total", 6),
    ];
    assert.deepEqual(
      sentMetrics(names).map(({ value }) => value),
      [1, 3, 6],
    );
  });
});
