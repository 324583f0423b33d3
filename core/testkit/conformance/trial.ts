/**
 * One plugin instance on trial: made with a recording host, watched in all that it begins, and waited for while the clock
 * that it was given goes with the real one.
 */
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lifecycle, Plugin } from "../../index.js";
import type { Override } from "../../pvmon.js";
import { FakeClock } from "../fake-clock.js";
import { createInstance, type RecordingHost } from "../recording-host.js";
import { Activity } from "./activity.js";
import { blockingCallsOf } from "./file-calls.js";
import type { Runner } from "./runner.js";
import { TrialServices } from "./services.js";

type Config = object | (() => object | Promise<object>);

/** What every suite may be told: options and services of the plugin, and the runner. */
export interface PluginOptions extends Partial<Runner> {
  /**
   * Options as in a site file, with which it starts on this machine and disturbs nobody: loopback, ports that are free. A
   * function is asked anew for each rule. None: all options have defaults with which that is so.
   */
  readonly config?: Config;
  /** Options with which it cannot start: a port that is taken, a file that is none. */
  readonly cannotStart?: Config;
  /** Services that it needs beside those that every pvmon has, or other ones; a function is asked anew for each rule. */
  readonly services?: readonly Override[] | (() => readonly Override[]);
  /** How long it may take to start, to stop and to answer; 1,500 ms unless told, so that runners wait longer. */
  readonly withinMs?: number;
}

const STEP_MS = 2;
const LONGEST_STEP_MS = 20;
/** A wait for what ends by itself in the next turns of the loop. */
const WITHIN_MS = 1500;

async function resolved(config: Config = {}): Promise<object> {
  return typeof config === "function" ? await config() : config;
}

export class Trial {
  readonly plugin: Plugin;
  readonly config: object;
  readonly clock: FakeClock;
  readonly instance: Lifecycle;
  readonly host: RecordingHost;
  readonly services: TrialServices;
  readonly activity = new Activity();
  /** Blocking calls of `create`. */
  readonly blocking: readonly string[];
  readonly #withinMs: number;

  private constructor(parts: {
    readonly plugin: Plugin;
    readonly config: object;
    readonly clock: FakeClock;
    readonly services: TrialServices;
    readonly withOptional: boolean;
    readonly withinMs: number;
  }) {
    const { plugin, config, clock, services, withOptional, withinMs } = parts;
    this.plugin = plugin;
    this.config = config;
    this.clock = clock;
    this.services = services;
    this.#withinMs = withinMs;
    const needed = services.forNeeds(plugin, withOptional);
    let made: { readonly instance: Lifecycle; readonly host: RecordingHost } | undefined;
    const create = (): void => {
      made = this.activity.run(() => createInstance<Lifecycle>(plugin, config, needed));
    };
    this.blocking = blockingCallsOf(create);
    assert.ok(made !== undefined);
    this.instance = made.instance;
    this.host = made.host;
  }

  /** Makes an instance, hands it to `use`, and stops it whatever happens. */
  static async with(
    plugin: Plugin,
    options: PluginOptions,
    use: (trial: Trial) => Promise<void>,
    how: { readonly withOptional?: boolean; readonly cannotStart?: boolean } = {},
  ): Promise<void> {
    const clock = new FakeClock();
    const { services: given = [], withinMs = WITHIN_MS } = options;
    const extra = typeof given === "function" ? given() : given;
    const trial = new Trial({
      plugin,
      config: await resolved(how.cannotStart ? options.cannotStart : options.config),
      clock,
      services: await TrialServices.of(plugin, clock, extra),
      withOptional: how.withOptional ?? true,
      withinMs,
    });
    try {
      await use(trial);
    } finally {
      trial.host.abort();
      await trial.settled("stop()", () => trial.instance.stop()).catch(() => undefined);
      trial.activity.end();
    }
  }

  start(): Promise<void> {
    return this.settled("start()", () => this.instance.start());
  }

  /** As pvmon stops a plugin: its signal aborts first. */
  async stop(): Promise<void> {
    this.host.abort();
    await this.settled("stop()", () => this.instance.stop());
  }

  /** Waits for the end of something that it does, while its clock goes on. */
  async settled<T>(what: string, work: () => Promise<T>): Promise<T> {
    const outcome = this.activity.run(async () => work());
    let isSettled = false;
    const end = (): void => {
      isSettled = true;
    };
    outcome.then(end, end);
    const ended = await this.until(() => isSettled);
    assert.ok(ended, `${what} has not ended after ${this.#withinMs} ms`);
    return outcome;
  }

  /** Lets time pass until something holds; false when it does not come to hold in time. */
  async until(holds: () => boolean, withinMs = this.#withinMs): Promise<boolean> {
    const begun = performance.now();
    for (let passed = 0; !holds(); ) {
      if (passed >= withinMs) return false;
      // Where the machine is busy, time on CLOCK does not run away from what is to happen in it.
      const now = Math.min(Math.floor(performance.now() - begun), passed + LONGEST_STEP_MS);
      await this.activity.run(() => this.clock.advance(now - passed));
      passed = now;
      await sleep(STEP_MS);
    }
    return true;
  }

  /** What it has not ended, once things had the time to end that are ending. */
  async leftOver(): Promise<readonly string[]> {
    const left = (): readonly string[] => [
      ...this.activity.held,
      ...Array.from({ length: this.clock.pending }, () => "a timer of CLOCK"),
      ...[...this.services.open].map(({ member }) => `what ${member}() began`),
    ];
    // Closing takes some turns of the loop. No time passes on CLOCK meanwhile.
    for (let tries = 0; left().length > 0 && tries < this.#withinMs / 20; tries++) await sleep(10);
    return left();
  }
}
