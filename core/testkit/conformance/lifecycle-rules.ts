/** Rules about the life of an instance: it begins with `start`, ends whole with `stop`, and keeps secrets. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { FINDING_STATES, type Finding, type Plugin } from "../../index.js";
import { filledConfig } from "../recording-host.js";
import { type OptionSchema, optionsOf } from "./option-schemas.js";
import type { It } from "./runner.js";
import { type PluginOptions, Trial } from "./trial.js";

const NOTHING: readonly string[] = [];
const METRIC = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const ONE_LINE = /^\S.*$/;
/** For figures to be registered, or things to be said, once it runs. */
const A_WHILE_MS = 50;

export function lifecycleRules(plugin: Plugin, options: PluginOptions, it: It): void {
  const onTrial = (use: (trial: Trial) => Promise<void>) => Trial.with(plugin, options, use);

  it("does no I/O when it is created, and begins nothing", () =>
    onTrial(async (trial) => {
      const begun = [
        ...trial.blocking,
        ...trial.activity.begun,
        ...Array.from({ length: trial.clock.pending }, () => "a timer of CLOCK"),
        ...[...trial.services.open].map(({ member }) => `${member}()`),
        ...trial.host.observations.map(({ type }) => `an observation: ${type}`),
      ];
      assert.deepEqual([...new Set(begun)], NOTHING, "create() began this");
    }));

  it("can be stopped before it was started", () => onTrial((trial) => trial.stop()));

  it("can be stopped twice", () =>
    onTrial(async (trial) => {
      await trial.start();
      await trial.stop();
      await trial.stop();
    }));

  it("has ended every timer, socket, child and subscription when it has stopped", () =>
    onTrial(async (trial) => {
      await trial.start();
      await trial.until(() => false, A_WHILE_MS);
      await trial.stop();
      assert.deepEqual(await trial.leftOver(), NOTHING, "still there after stop()");
    }));

  it("can be stopped while it starts: its signal aborts, its start ends, and nothing is left", () =>
    onTrial(async (trial) => {
      let ended = false;
      const starting = trial.activity.run(async () => trial.instance.start());
      const end = (): void => {
        ended = true;
      };
      starting.then(end, end);
      await trial.stop();
      assert.ok(await trial.until(() => ended), "start() has not ended after stop()");
      assert.deepEqual(await trial.leftOver(), NOTHING, "still there after stop()");
    }));

  it("has metrics with names in snake_case, a total for each counter, a help text and numbers", () =>
    onTrial(async (trial) => {
      await trial.start();
      await trial.until(() => false, A_WHILE_MS);
      for (const { type, name, help } of trial.host.metricNames) {
        assert.match(name, METRIC, "the name of a metric");
        assert.equal(
          name.endsWith("_total"),
          type === "counter",
          `only counters end in _total: ${name}`,
        );
        assert.notEqual(help.trim(), "", `${name} has no help text`);
      }
      for (const [name, read] of trial.host.gauges) {
        assert.ok(Number.isFinite(read()), `the gauge ${name} is ${read()}`);
      }
    }));

  if (options.cannotStart !== undefined) {
    it("rejects with a reason when it cannot start, and leaves nothing behind", () =>
      Trial.with(
        plugin,
        options,
        async (trial) => {
          const failure = await trial.start().then(
            () => undefined,
            (error: unknown) => error,
          );
          assert.ok(failure instanceof Error, "start() did not reject with an Error");
          assert.notEqual(failure.message, "", "the error has no message");
          assert.deepEqual(await trial.leftOver(), NOTHING, "still there after the failed start");
        },
        { cannotStart: true },
      ));
  }

  if (plugin.diagnose !== undefined) {
    it("finds out what it needs of the machine, says what to do, and leaves nothing behind", () =>
      onTrial(async (trial) => {
        const examination = {
          config: filledConfig(plugin, trial.config) as never,
          signal: new AbortController().signal,
          now: Date.now(),
          runningPid: undefined,
        };
        const findings = await trial.settled("diagnose()", async () =>
          plugin.diagnose?.(examination),
        );
        assert.ok(Array.isArray(findings) && findings.length > 0, "it found nothing at all");
        for (const { subject, state, saw, todo } of findings as readonly Partial<Finding>[]) {
          const what = `the finding on ${subject}`;
          assert.match(String(subject), ONE_LINE, "the subject of a finding");
          assert.ok((FINDING_STATES as readonly unknown[]).includes(state), `${what}: its state`);
          assert.match(String(saw), ONE_LINE, `${what}: what it saw`);
          if (state !== "ok") assert.match(String(todo ?? ""), ONE_LINE, `${what}: what to do`);
        }
        assert.deepEqual(await trial.leftOver(), NOTHING, "still there after diagnose()");
      }));
  }

  const secrets = optionsOf(Object(plugin.configSchema) as OptionSchema).filter(
    ({ schema }) => schema.format === "password",
  );
  if (secrets.length > 0)
    secretRule(
      plugin,
      options,
      it,
      secrets.map(({ path }) => path),
    );
}

/** A secret that has no value in the options on trial gets one, where a start that fails for it may tell of it. */
function secretRule(
  plugin: Plugin,
  options: PluginOptions,
  it: It,
  paths: readonly string[],
): void {
  const marker = "tell-nobody-5e0c7d";
  const withSecrets = async (): Promise<object> => {
    const { config = {} } = options;
    const given = structuredClone(typeof config === "function" ? await config() : config);
    for (const path of paths) setUnlessGiven(given, path.split("."), marker);
    return given;
  };

  it("never tells a secret: not in its log, its status, its metrics or an error", () =>
    Trial.with(plugin, { ...options, config: withSecrets }, async (trial) => {
      const failure = await trial.start().catch((error: unknown) => error);
      await trial.until(() => false, A_WHILE_MS);
      await trial.stop();
      const { lines, statuses, metricNames, observations } = trial.host;
      const said = inspect([failure, lines, statuses, metricNames, observations], { depth: 12 });
      for (const path of paths) {
        const secret = valueAt(trial.config, path.split("."));
        if (typeof secret !== "string" || secret === "") continue;
        assert.ok(!said.includes(secret), `it tells the value of ${path}`);
      }
    }));
}

function valueAt(config: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (Object(at) as Record<string, unknown>)[name], config);
}

function setUnlessGiven(config: object, path: readonly string[], value: string): void {
  const [name = "", ...rest] = path;
  const at = config as Record<string, unknown>;
  // In a list there may be none, or many.
  if (name.includes("[]")) return;
  if (rest.length === 0) at[name] ||= value;
  else {
    at[name] ??= {};
    setUnlessGiven(at[name] as object, rest, value);
  }
}
