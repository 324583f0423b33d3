/** The suite of detectors: they emit what they see, whatever comes, and never once they have stopped. */
import assert from "node:assert/strict";
import type { Observation, Plugin } from "../../index.js";
import { describeRules } from "./plugin.js";
import type { It } from "./runner.js";
import { type PluginOptions, Trial } from "./trial.js";

/** What the suite of detectors is told, beside {@link PluginOptions}. */
export interface DetectorOptions extends PluginOptions {
  /** Makes something happen that it sees and emits: sends a datagram, writes a file. Called several times in a life. */
  readonly provoke?: (trial: Trial) => Promise<void>;
  /** Makes it see something that makes no sense. */
  readonly disturb?: (trial: Trial) => Promise<void>;
}

const TYPES: Readonly<Record<Observation["type"], true>> = {
  searchSeen: true,
  answer: true,
  unanswered: true,
  channel: true,
  beacon: true,
  circuit: true,
  heartbeat: true,
  pvList: true,
  processMap: true,
  hostMetrics: true,
  hostName: true,
  sensor: true,
  ownSocket: true,
  site: true,
};

/** How long silence has to last to count as such. */
const SILENCE_MS = 100;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** As its sensors count it, which is as good as a counter: `decodeErrors` of their reports. */
function damageSeen({ host }: Trial): readonly number[] {
  const latest = new Map<string, Observation & { readonly type: "sensor" }>();
  for (const seen of host.observations) if (seen.type === "sensor") latest.set(seen.sensor, seen);
  return [...latest.values()].flatMap(({ decodeErrors }) => Object.values(decodeErrors));
}

/** What it says of itself is no sight. */
const isSight = ({ type }: Observation): boolean => type !== "sensor" && type !== "ownSocket";

export function describeDetector(plugin: Plugin, options: DetectorOptions = {}): void {
  describeRules(plugin, options, (it) => {
    const { provoke } = options;
    if (provoke !== undefined) sightRules(plugin, options, provoke, it);
  });
}

type Act = NonNullable<DetectorOptions["provoke"]>;

function sightRules(plugin: Plugin, options: DetectorOptions, provoke: Act, it: It): void {
  const running = (use: (trial: Trial) => Promise<void>) =>
    Trial.with(plugin, options, async (trial) => {
      await trial.start();
      await use(trial);
    });
  const sights = (trial: Trial): number => trial.host.observations.filter(isSight).length;
  const sees = async (trial: Trial, what: string): Promise<void> => {
    const before = sights(trial);
    await provoke(trial);
    assert.ok(await trial.until(() => sights(trial) > before), what);
  };

  it("emits what it sees, as observations that pvmon knows, with the time of CLOCK", () =>
    running(async (trial) => {
      const from = trial.clock.now();
      await sees(trial, "it emitted nothing of what was made to happen");
      for (const observation of trial.host.observations) {
        assert.ok(Object.hasOwn(TYPES, observation.type), `no observation: ${observation.type}`);
        if (!("at" in observation)) continue;
        const { at } = observation;
        const isNow = at >= from && at <= trial.clock.now();
        assert.ok(isNow, `a ${observation.type} is dated ${at}, not by CLOCK`);
      }
    }));

  it("goes on when the host has no room", () =>
    running(async (trial) => {
      trial.host.room = false;
      await sees(trial, "it emitted nothing while emit() answered false");
      trial.host.room = true;
      await sees(trial, "it emitted nothing once there was room again");
      const failed = trial.host.statuses.filter((status) => status.startsWith("failed"));
      assert.deepEqual(failed, []);
    }));

  it("emits nothing once it has stopped", () =>
    running(async (trial) => {
      await trial.stop();
      const before = trial.host.observations.length;
      // What it listened on is gone, which may be all that is noticed.
      await provoke(trial).catch(() => undefined);
      await trial.until(() => false, SILENCE_MS);
      assert.equal(trial.host.observations.length, before, "it emitted after stop()");
    }));

  const { disturb } = options;
  if (disturb === undefined) return;

  it("counts what makes no sense, and goes on", () =>
    running(async (trial) => {
      const total = (): number => sum([...trial.host.counters.values(), ...damageSeen(trial)]);
      const before = total();
      await disturb(trial);
      assert.ok(
        await trial.until(() => total() > before),
        "no counter of its metrics or sensors rose",
      );
      await sees(trial, "it emitted nothing after something that made no sense");
      const failed = trial.host.statuses.filter((status) => status.startsWith("failed"));
      assert.deepEqual(failed, []);
    }));
}
