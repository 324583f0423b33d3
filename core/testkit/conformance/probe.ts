/** The suite of probes: one outcome for each target, and an end whenever somebody wants one. */
import assert from "node:assert/strict";
import { type Plugin, type Probe, type ProbeOutcome, parseEndpoint } from "../../index.js";
import { describeRules } from "./plugin.js";
import { type PluginOptions, Trial } from "./trial.js";

/** What the suite of probes is told, beside {@link PluginOptions}. */
export interface ProbeOptions extends PluginOptions {
  /** Names to ask for, at least two. */
  readonly targets?: readonly string[];
}

const NEVER = new AbortController().signal;
const PURPOSE = /^[a-z][A-Za-z0-9-]*$/;

export function describeProbe(plugin: Plugin, options: ProbeOptions = {}): void {
  const targets = (options.targets ?? ["conformance:one", "conformance:two"]).map((name) => ({
    name,
  }));
  const running = (use: (probe: Probe, trial: Trial) => Promise<void>) =>
    Trial.with(plugin, options, async (trial) => {
      await trial.start();
      await use(trial.instance as Probe, trial);
    });

  describeRules(plugin, options, (it) => {
    it("says in one word what it finds out", () =>
      running(async ({ purpose }) => assert.match(purpose, PURPOSE, "its purpose")));

    it("answers one outcome for each target, in order, also when one comes twice", () =>
      running(async (probe, trial) => {
        const asked = [...targets, ...targets.slice(0, 1)];
        const outcomes = await trial.settled("probe()", () => probe.probe(asked, NEVER));
        assert.deepEqual(
          outcomes.map(({ name }) => name),
          asked.map(({ name }) => name),
        );
        for (const outcome of outcomes) checkOutcome(outcome);
      }));

    it("answers nothing when it is asked for nothing", () =>
      running(async (probe, trial) => {
        assert.deepEqual(await trial.settled("probe([])", () => probe.probe([], NEVER)), []);
      }));

    it("rejects when its signal aborts, and when it has aborted before", () =>
      running(async (probe, trial) => {
        const abort = new AbortController();
        const asking = trial.settled("probe()", async () => {
          const outcome = probe.probe(targets, abort.signal);
          abort.abort();
          return await outcome;
        });
        await assert.rejects(asking, "it did not reject when its signal aborted");
        const late = trial.settled("probe()", () => probe.probe(targets, abort.signal));
        await assert.rejects(late, "it did not reject an aborted signal");
      }));

    it("lets nobody wait for an answer when it is stopped", () =>
      running(async (probe, trial) => {
        let isSettled = false;
        const end = (): void => {
          isSettled = true;
        };
        trial.activity.run(() => probe.probe(targets, NEVER)).then(end, end);
        await trial.stop();
        assert.ok(await trial.until(() => isSettled), "probe() has not ended after stop()");
      }));
  });
}

function checkOutcome({ name, answers, tries, waitedMs, error }: ProbeOutcome): void {
  assert.ok(Number.isInteger(tries) && tries >= 0, `${name}: tries is ${tries}`);
  assert.ok(Number.isFinite(waitedMs) && waitedMs >= 0, `${name}: waitedMs is ${waitedMs}`);
  assert.notEqual(error, "", `${name}: an error without words`);
  for (const { server, afterMs } of answers) {
    assert.ok(parseEndpoint(server) !== undefined, `${name}: no server: ${server}`);
    assert.ok(Number.isFinite(afterMs) && afterMs >= 0, `${name}: afterMs is ${afterMs}`);
  }
}
