/** The composition root: a site file becomes a container, plugins and a pipeline that can be started and stopped. */
import type { Plugin } from "./plugin/plugin.js";
import type { Token } from "./plugin/token.js";

/** Replaces a service by another, in tests. */
export type Override<T = unknown> = readonly [token: Token<T>, service: T];

export interface PvmonOptions {
  /** Services to use instead of pvmon's own or a plugin's. */
  readonly override?: readonly Override[];
  /** Plugins by the name that `use:` gives, looked up before built-in ones: for tests and for embedding. */
  readonly plugins?: Readonly<Record<string, Plugin>>;
  /** The folder that relative paths of a YAML text start from; the working directory unless told. */
  readonly folder?: string;
  /** Where log lines go; standard error unless told. */
  readonly logTo?: { write(line: string): void };
  /** For `${env:NAME}`; `process.env` unless told. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Pvmon {
  /** Stores, load, outputs, probes, detectors. Rejects when a plugin whose `onStartFailure` is `stop` cannot start; what was started is then stopped. */
  start(): Promise<void>;
  /** In reverse; outboxes are written out. Safe before `start` and twice. Rejects with what could not be written or did not stop in time. */
  stop(): Promise<void>;
  /** A service by its token; undefined when nobody provides it. */
  service<T>(token: Token<T>): T | undefined;
}

/**
 * Everything short of starting.
 * @param site YAML text when it has a line break, otherwise the path of a site file.
 * @throws ConfigError with every mistake of the site file.
 */
export function createPvmon(site: string, _options: PvmonOptions = {}): Promise<Pvmon> {
  return Promise.reject(new Error(`not composed yet: ${site}`));
}

/** {@link createPvmon} and `start`. */
export async function startPvmon(site: string, options: PvmonOptions = {}): Promise<Pvmon> {
  const pvmon = await createPvmon(site, options);
  await pvmon.start();
  return pvmon;
}
