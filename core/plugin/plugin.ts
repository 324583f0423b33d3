/**
 * The plugin contract. A plugin is a plain object, the default export of its entry module: no base class, no decorator,
 * no registration. What MUST hold is written at each member; `pvmon/testkit` has a conformance suite that checks it.
 */
import type { Static, TSchema } from "@sinclair/typebox";
import type { Row } from "../model/row.js";
import type { Examination, Finding } from "./diagnosis.js";
import type { Emitter, Host } from "./host.js";
import type { Needs, Services, Token } from "./token.js";

/** The version of this contract. The loader refuses a plugin of another one. */
export const API_VERSION = 1;

export const PLUGIN_KINDS = ["detector", "probe", "store", "output"] as const;
export type PluginKind = (typeof PLUGIN_KINDS)[number];

/** What every instance has. */
export interface Lifecycle<Service = unknown> {
  /** Called once. MUST reject when the plugin cannot work, and have undone then what it had begun. */
  start(): Promise<void>;
  /** MUST be safe before `start`, during a failed one, and twice; MUST end every timer, socket, worker and child. */
  stop(): Promise<void>;
  /** The service of a plugin that `provides` a token. MUST be there as soon as `create` has returned. */
  readonly service?: Service;
}

/** Watches. It calls `emitter.emit` from its own callbacks and is never awaited. */
export interface Detector<Service = unknown> extends Lifecycle<Service> {
  /**
   * Emits the observations of a capture file on the capture's own times, as fast as they can be folded, without `start`.
   * Offered by detectors that can read files; `pvmon replay` asks those in its configuration.
   * Rejects with a message that names the file when it cannot be read; `signal` ends it early.
   */
  replay?(path: string, signal: AbortSignal): Promise<void>;
}

/** Asks. It sends only within a budget of its own, whoever calls it. */
export interface Probe<Service = unknown> extends Lifecycle<Service> {
  /** What it can find out, as in {@link ProbesService.run}: `search`, or a word of the plugin's own. */
  readonly purpose: string;
  /** Resolves with one outcome per target, in order, and emits what it saw; rejects only when `signal` aborts. */
  probe(targets: readonly ProbeTarget[], signal: AbortSignal): Promise<readonly ProbeOutcome[]>;
}

export interface ProbeTarget {
  /** PV name. */
  readonly name: string;
}

export interface ProbeOutcome {
  readonly name: string;
  /** Every distinct server that answered in the window, first answer first. */
  readonly answers: readonly { readonly server: string; readonly afterMs: number }[];
  /** Datagrams sent that carried the name. */
  readonly tries: number;
  readonly waitedMs: number;
  /** Why nothing could be asked, for people. */
  readonly error?: string;
}

/** Remembers. */
export interface Store<Service = unknown> extends Lifecycle<Service> {
  /**
   * Everything remembered, in batches of some thousand rows, once, after `start`. Events MUST come oldest first; the order of
   * the other rows within a batch means nothing: PVs are taken after all others, wherever they stand in it.
   */
  load(signal: AbortSignal): AsyncIterable<readonly Row[]>;
  /**
   * Called one at a time. MUST be all or nothing, and idempotent: a batch whose write failed or was cut off comes again,
   * with newer values in the same rows. When it resolves, the batch is as safe as the store's medium makes it. MUST reject
   * with {@link RowRefusedError} where a row is at fault and not the medium or the way to it: it is looked for then, and left
   * out; after any other failure the same rows come again until they are taken.
   */
  write(rows: readonly Row[], signal: AbortSignal): Promise<void>;
}

/** Shows, or passes on. */
export type Output<Service = unknown> = Lifecycle<Service>;

export interface Context<C, N extends Needs> {
  /** Validated by `configSchema`, defaults filled in. */
  readonly config: C;
  readonly services: Services<N>;
  readonly host: Host;
}

export interface EmittingContext<C, N extends Needs> extends Context<C, N> {
  readonly emitter: Emitter;
}

export interface Definition<S extends TSchema, N extends Needs> {
  /** kebab-case; the same as the folder or package name. */
  readonly name: string;
  /** One line, shown by `pvmon plugins`. */
  readonly description: string;
  /**
   * JSON Schema (draft 7) of an object; every option with a `description`, and a `default` where one makes sense. The format
   * `path` makes a text an absolute path; values of the format `password` are never shown.
   */
  readonly configSchema: S;
  readonly needs?: N;
  /** The one token this plugin provides; its instance then has `service`. */
  readonly provides?: Token<unknown>;
  /**
   * What these options need of this machine and whether it is there, for `pvmon doctor`; it is of no instance, and one may be
   * running. MUST send nothing to the control network, change nothing and leave nothing open. Rejects when it cannot find out.
   */
  diagnose?(examination: Examination<Static<S>>): Promise<readonly Finding[]>;
}

export interface Kinded<K extends PluginKind> {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: K;
}

export interface DetectorDefinition<S extends TSchema, N extends Needs> extends Definition<S, N> {
  /** MUST do no I/O: that is for `start`. */
  create(context: EmittingContext<Static<S>, N>): Detector;
}
export interface ProbeDefinition<S extends TSchema, N extends Needs> extends Definition<S, N> {
  create(context: EmittingContext<Static<S>, N>): Probe;
}
export interface BackupOrder<C> {
  /** As `create` would get them. */
  readonly config: C;
  /** The file to make: an absolute path, where nothing is yet. */
  readonly to: string;
  /** UTC ms. */
  readonly now: number;
  /** Aborts when it is not wanted any more, as on SIGINT. */
  readonly signal: AbortSignal;
}
export interface StoreDefinition<S extends TSchema, N extends Needs> extends Definition<S, N> {
  create(context: Context<Static<S>, N>): Store;
  /**
   * Writes a copy of everything stored, as of one moment, for `pvmon backup`, while an instance in another process may be
   * writing. MUST leave no file behind when it rejects; rejects with what to do instead where it cannot.
   */
  backup?(order: BackupOrder<Static<S>>): Promise<void>;
}
export interface OutputDefinition<S extends TSchema, N extends Needs> extends Definition<S, N> {
  create(context: Context<Static<S>, N>): Output;
}

export type DetectorPlugin = DetectorDefinition<TSchema, Needs> & Kinded<"detector">;
export type ProbePlugin = ProbeDefinition<TSchema, Needs> & Kinded<"probe">;
export type StorePlugin = StoreDefinition<TSchema, Needs> & Kinded<"store">;
export type OutputPlugin = OutputDefinition<TSchema, Needs> & Kinded<"output">;
export type Plugin = DetectorPlugin | ProbePlugin | StorePlugin | OutputPlugin;

export function defineDetector<S extends TSchema, N extends Needs = Record<never, never>>(
  definition: DetectorDefinition<S, N>,
): DetectorDefinition<S, N> & Kinded<"detector"> {
  return { ...definition, apiVersion: API_VERSION, kind: "detector" };
}

export function defineProbe<S extends TSchema, N extends Needs = Record<never, never>>(
  definition: ProbeDefinition<S, N>,
): ProbeDefinition<S, N> & Kinded<"probe"> {
  return { ...definition, apiVersion: API_VERSION, kind: "probe" };
}

export function defineStore<S extends TSchema, N extends Needs = Record<never, never>>(
  definition: StoreDefinition<S, N>,
): StoreDefinition<S, N> & Kinded<"store"> {
  return { ...definition, apiVersion: API_VERSION, kind: "store" };
}

export function defineOutput<S extends TSchema, N extends Needs = Record<never, never>>(
  definition: OutputDefinition<S, N>,
): OutputDefinition<S, N> & Kinded<"output"> {
  return { ...definition, apiVersion: API_VERSION, kind: "output" };
}
