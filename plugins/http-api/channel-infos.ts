/** Channel info for many who ask at once: few questions on the network, answers shared and kept for some seconds. */
import { LRUCache } from "lru-cache";
import type { ChannelInfo, ChannelInfoService, Clock } from "pvmon";
import { ApiError } from "./errors.js";
import { ConcurrencyLimit, RateLimit } from "./limits.js";

const KEPT_MS = 5000;
const KEPT_PVS = 64;
const ACTIVE_PVS = 4;
const WAITING_PVS = 64;

export class ChannelInfos {
  readonly #service: ChannelInfoService | undefined;
  readonly #signal: AbortSignal;
  readonly #active = new ConcurrencyLimit("channel infos", ACTIVE_PVS, WAITING_PVS);
  readonly #rate: RateLimit;
  readonly #kept: LRUCache<string, Promise<readonly ChannelInfo[]>>;

  /** @param signal ends every question, when pvmon stops. */
  constructor(
    service: ChannelInfoService | undefined,
    clock: Clock,
    perSecond: number,
    signal: AbortSignal,
  ) {
    this.#service = service;
    this.#signal = signal;
    this.#rate = new RateLimit(clock, "channel infos", perSecond);
    this.#kept = new LRUCache({
      max: KEPT_PVS,
      ttl: KEPT_MS,
      ttlResolution: 0,
      perf: { now: () => clock.now() },
    });
  }

  /** One answer for each server, in order. */
  ask(name: string, servers: readonly string[], value: boolean): Promise<readonly ChannelInfo[]> {
    const service = this.#service;
    if (service === undefined) {
      throw new ApiError(
        "serviceMissing",
        "no plugin provides channel info: add cainfo under probes: in the site file",
      );
    }
    const key = JSON.stringify([name, servers, value]);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    this.#rate.take();
    const asked = this.#active.run(() =>
      Promise.all(
        servers.map((server) => service.info({ name, server }, { value, signal: this.#signal })),
      ),
    );
    this.#kept.set(key, asked);
    asked.catch(() => this.#kept.delete(key));
    return asked;
  }
}
