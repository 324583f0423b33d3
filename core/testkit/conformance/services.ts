/** The services that a plugin gets in a suite: those of a real pvmon that is not started, and a watch on what is subscribed to. */
import { Writable } from "node:stream";
import {
  CLOCK,
  HISTORY,
  HTTP,
  NETWORK,
  type Plugin,
  type Token,
  type UdpListener,
  type UdpOptions,
  type UdpSocket,
} from "../../index.js";
import { SystemNetwork } from "../../network/index.js";
import { createPvmon, type Override } from "../../pvmon.js";
import type { FakeClock } from "../fake-clock.js";
import { FakeHttp } from "../fake-http.js";
import { MemoryStore } from "../memory-store.js";

/** Members of services whose answer ends what they began. */
const BEGINS = /^(subscribe|mount)/;

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/** A whole pvmon takes a while to make, which most plugins need not wait for. */
async function addFromPvmon(
  given: Map<symbol, unknown>,
  tokens: readonly Token<unknown>[],
  clock: FakeClock,
): Promise<void> {
  const bare = await createPvmon("name: a trial of a plugin\n", {
    override: [[CLOCK, clock]],
    logTo: nowhere(),
    folder: "/",
  });
  for (const token of tokens) {
    const service = bare.service(token);
    if (service !== undefined) given.set(token.symbol, service);
  }
  await bare.stop();
}

type Open = (options: UdpOptions) => Promise<UdpSocket | UdpListener>;

export type Listener = (...args: unknown[]) => unknown;

export class TrialServices {
  /** What is subscribed to or mounted now, by the name of the member: `subscribe`, `mount`. */
  readonly open = new Set<{ readonly member: string; readonly listener: Listener | undefined }>();
  readonly #given: ReadonlyMap<symbol, unknown>;

  private constructor(given: ReadonlyMap<symbol, unknown>) {
    this.#given = given;
  }

  /** @param extra come before those of a bare pvmon. */
  static async of(
    plugin: Plugin,
    clock: FakeClock,
    extra: readonly Override[],
  ): Promise<TrialServices> {
    const given = new Map<symbol, unknown>([
      [CLOCK.symbol, clock],
      [HISTORY.symbol, new MemoryStore().service],
      [HTTP.symbol, new FakeHttp()],
      [NETWORK.symbol, new SystemNetwork()],
      ...extra.map(([token, service]) => [token.symbol, service] as const),
    ]);
    const missing = Object.values(plugin.needs ?? {}).filter(({ symbol }) => !given.has(symbol));
    if (missing.length > 0) await addFromPvmon(given, missing, clock);
    return new TrialServices(given);
  }

  /** By the aliases of the plugin's needs; those that nobody provides are undefined. */
  forNeeds({ needs = {} }: Plugin, withOptional: boolean): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      Object.entries(needs).map(([alias, { symbol, optional }]) => {
        const service = optional && !withOptional ? undefined : this.#given.get(symbol);
        const isPlain = symbol === CLOCK.symbol || typeof service !== "object" || service === null;
        return [alias, isPlain ? service : this.#watched(service)];
      }),
    );
  }

  /** For a pvmon that is to run the plugin. */
  overrides({ needs = {}, provides }: Plugin): readonly Override[] {
    return Object.values(needs).flatMap((token): Override[] =>
      this.#given.has(token.symbol) && token.symbol !== provides?.symbol
        ? [[token, this.#given.get(token.symbol)]]
        : [],
    );
  }

  #watched(service: object): object {
    return new Proxy(service, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
        if (BEGINS.test(String(name))) return this.#counted(String(name), call);
        return name === "openUdp" || name === "listenUdp"
          ? this.#opening(name, call as Open)
          : call;
      },
    });
  }

  /** A network of a test opens nothing that Node could know of. */
  #opening(member: "openUdp" | "listenUdp", open: Open): Open {
    return async (options) => {
      const entry = { member, listener: undefined };
      const closed = (): boolean => this.open.delete(entry);
      const failed = (error: Error): void => {
        closed();
        options.failed(error);
      };
      const socket = await open({ ...options, failed });
      this.open.add(entry);
      return new Proxy(socket, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== "function") return value;
          return (...args: unknown[]): unknown => {
            if (name === "close") closed();
            return Reflect.apply(value, target, args);
          };
        },
      });
    };
  }

  #counted(member: string, call: Listener): Listener {
    return (...args) => {
      const cancel = call(...args);
      const found = args.find((argument): argument is Listener => typeof argument === "function");
      const entry = { member, listener: found };
      this.open.add(entry);
      return (...rest: unknown[]): unknown => {
        this.open.delete(entry);
        return typeof cancel === "function" ? Reflect.apply(cancel, undefined, rest) : cancel;
      };
    };
  }
}
