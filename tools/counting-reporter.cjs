/** Mocha's "spec" report, and its figures as JSON in the file that $TEST_COUNTS names. */
const { writeFileSync } = require("node:fs");
const { Spec } = require("mocha").reporters;

module.exports = class CountingReporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures } = this.stats;
      writeFileSync(process.env.TEST_COUNTS, JSON.stringify({ passed: passes, failed: failures }));
    });
  }
};
