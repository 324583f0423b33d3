/** The composition root: a site file becomes a container, plugins and a pipeline that can be started and stopped. */
import { randomInt } from "node:crypto";
import { usersFileFault } from "./access/users-file.js";
import { effectiveYaml } from "./config/effective-site.js";
import type { SiteConfig } from "./config/site.js";
import { readSource, SiteFile } from "./config/site-file.js";
import { PvmonError } from "./plugin/errors.js";
import type { Log } from "./plugin/host.js";
import type { Plugin } from "./plugin/plugin.js";
import type { ConfigurationView } from "./plugin/services.js";
import type { Token } from "./plugin/token.js";
import { Assembly, HOST_TOKENS } from "./runtime/assembly.js";
import { messageOf } from "./runtime/error-message.js";
import { machineAddresses } from "./runtime/inventory-options.js";
import { Loader } from "./runtime/loader.js";
import { createLog, type LogDestination, type RootLog } from "./runtime/log.js";
import { checkOverrides, type Override } from "./runtime/override.js";
import { type Planned, planPlugins } from "./runtime/planning.js";
import { replay } from "./runtime/replay.js";
import { SystemClock } from "./runtime/system-clock.js";

export type { Override };

/** What may differ from what the site file and the machine say. */
export interface PvmonOptions {
  /** Services to use instead of pvmon's own or a plugin's. */
  readonly override?: readonly Override[];
  /** Plugins by the name that `use:` gives, looked up before built-in ones: for tests and for embedding. */
  readonly plugins?: Readonly<Record<string, Plugin>>;
  /** The folder that relative paths start from when the site is a text; the working directory unless told. */
  readonly folder?: string;
  /** Where log lines go; standard error unless told. */
  readonly logTo?: LogDestination;
  /** For `${env:NAME}`; `process.env` unless told. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A whole pvmon. */
export interface Pvmon {
  /** The site's name. */
  readonly name: string;
  readonly log: Log;
  /**
   * Stores, load, outputs, probes, detectors.
   * @throws PvmonError PLUGIN_START_FAILED when a plugin whose `onStartFailure` is `stop` cannot start; what was started is stopped.
   */
  start(): Promise<void>;
  /**
   * In reverse; what waits for the stores is written. Safe before `start`, while it runs, and twice.
   * @throws PvmonError PLUGIN_STOP_FAILED with one line for each plugin that did not stop in time and for what could not be written.
   */
  stop(): Promise<void>;
  /** The service of a token; undefined when nobody provides it. */
  service<T>(token: Token<T>): T | undefined;
}

/** A site file that has been read and found right, its plugins loaded but not made. */
export interface CheckedSite {
  readonly file: SiteFile;
  readonly site: SiteConfig;
  /** In the order they have to be made. */
  readonly planned: readonly Planned[];
  readonly log: RootLog;
}

/** @throws ConfigError with every mistake of the site file. */
export async function checkSite(site: string, options: PvmonOptions = {}): Promise<CheckedSite> {
  const {
    folder,
    env = process.env,
    plugins = {},
    override = [],
    logTo = process.stderr,
  } = options;
  checkOverrides(override);
  const file = new SiteFile(readSource(site, folder), env);
  const config = file.site();
  const loader = new Loader(file.folder, plugins, file.validator);
  const overridden = override.map(([token]) => token);
  const planned = await planPlugins(file, config, loader, HOST_TOKENS, overridden);
  file.throwIfWrong();
  const log = await createLog(config.log, file.secrets, logTo);
  return { file, site: config, planned, log };
}

function configurationOf({ file, site, planned }: CheckedSite): ConfigurationView {
  const hide = (text: string): string => file.secrets.hide(text);
  return { file: file.name, yaml: effectiveYaml(site, planned, hide) };
}

/** Notes that a plugin could not be made, as a mistake of its entry in the site file. */
function noteNotCreated(file: SiteFile, { id, path }: Planned, error: unknown): void {
  file.problem(
    [...path, "use"],
    `"${id}" could not be created: ${messageOf(error)}`,
    "value",
    "PLUGIN_THREW",
  );
}

/** Later faults of the file only keep users out; with one at the start nobody would notice before somebody wants in. */
async function checkUsersFile(file: SiteFile, { access }: SiteConfig): Promise<void> {
  const fault = access.users === undefined ? undefined : await usersFileFault(access.users);
  if (fault === undefined) return;
  file.problem(["access", "users"], fault);
  file.throwIfWrong();
}

/**
 * The plugins of a checked site, made and put together.
 * @throws ConfigError with every plugin that refuses its options.
 */
export function assemble(checked: CheckedSite, { override = [] }: PvmonOptions = {}): Assembly {
  const { file, site, planned, log } = checked;
  const assembly = new Assembly({
    site,
    planned,
    log,
    hide: (text) => file.secrets.hide(text),
    configuration: () => configurationOf(checked),
    clock: new SystemClock(),
    override,
    seed: randomInt(2 ** 32),
    ownAddresses: machineAddresses(),
    notCreated: (plugin, error) => noteNotCreated(file, plugin, error),
  });
  file.throwIfWrong();
  return assembly;
}

/**
 * A pvmon made of a site file: everything short of starting.
 * @param site YAML text when it has a line break, otherwise the path of a site file.
 * @throws ConfigError with every mistake of the site file.
 */
export async function createPvmon(site: string, options: PvmonOptions = {}): Promise<Pvmon> {
  const checked = await checkSite(site, options);
  const { file, site: config, log } = checked;
  await checkUsersFile(file, config);
  const hide = (text: string): string => file.secrets.hide(text);
  const { container, lifecycle, pipeline, process } = assemble(checked, options);
  return {
    name: config.name,
    log,
    start: async () => {
      try {
        await lifecycle.start();
      } catch (error) {
        throw new PvmonError("PLUGIN_START_FAILED", hide(messageOf(error)));
      }
    },
    stop: async () => {
      pipeline.stop();
      const faults = await lifecycle.stop();
      process.stop();
      if (faults.length > 0) throw new PvmonError("PLUGIN_STOP_FAILED", hide(faults.join("\n")));
    },
    service: (token) => container.find(token),
  };
}

/** {@link createPvmon} and `start`. */
export async function startPvmon(site: string, options: PvmonOptions = {}): Promise<Pvmon> {
  const pvmon = await createPvmon(site, options);
  await pvmon.start();
  return pvmon;
}

/**
 * Folds a capture file with the detectors of a site, on the capture's own clock; nothing is started.
 * @returns JSON text in pieces, see {@link replay}.
 * @throws ConfigError, or PvmonError REPLAY.
 */
export async function replayCapture(
  capture: string,
  site: string,
  signal: AbortSignal,
  options: PvmonOptions = {},
): Promise<Iterable<string>> {
  const checked = await checkSite(site, options);
  const { file, site: config, planned, log } = checked;
  const notCreated = (plugin: Planned, error: unknown): void => {
    noteNotCreated(file, plugin, error);
    file.throwIfWrong();
  };
  const hide = (text: string): string => file.secrets.hide(text);
  const configuration = () => configurationOf(checked);
  const parts = { site: config, planned, log, hide, configuration, notCreated };
  return replay(capture, parts, signal);
}
