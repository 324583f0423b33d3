/** Mocha's "spec" report, and as JSON in the file that $TEST_COUNTS names how many tests passed and which failed. */
const { writeFileSync } = require("node:fs");
const { Spec } = require("mocha").reporters;

module.exports = class CountingReporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = [];
    runner.on("fail", (test, error) => {
      failures.push({
        title: test.fullTitle(),
        why: String(error.stack ?? error.message ?? error),
      });
    });
    runner.once("end", () => {
      const counts = { passed: this.stats.passes, failures };
      writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
    });
  }
};
