/** A monitor that outlives the loss of its server: it finds the PV again, wherever it is served then. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Channel, ChannelInfo, MonitorOptions } from "./channel.js";
import { CaError, type CaErrorCode } from "./error.js";
import type { MonitorValue } from "./subscription.js";

export type WatchEvent =
  | { readonly type: "connected"; readonly info: ChannelInfo }
  | ({ readonly type: "value" } & MonitorValue)
  | { readonly type: "disconnected"; readonly error: CaError };

/** After these it makes sense to try again. */
const PASSING: ReadonlySet<CaErrorCode> = new Set<CaErrorCode>([
  "notFound",
  "refused",
  "timeout",
  "unresponsive",
  "disconnected",
  "protocol",
]);
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 30_000;

/** @param connect finds the PV and connects to it */
export async function* watch(
  connect: () => Promise<Channel>,
  options: MonitorOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<WatchEvent, never> {
  let retryMs = FIRST_RETRY_MS;
  for (;;) {
    let channel: Channel | undefined;
    try {
      channel = await connect();
      yield { type: "connected", info: channel.info() };
      for await (const seen of untilAborted(channel, options, signal)) {
        retryMs = FIRST_RETRY_MS;
        yield { type: "value", ...seen };
      }
    } catch (error) {
      if (!(error instanceof CaError && PASSING.has(error.code))) throw error;
      if (channel !== undefined) yield { type: "disconnected", error };
    } finally {
      channel?.close();
    }
    await pause(retryMs, signal);
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  }
}

/** The values of a channel; the signal ends the wait for the next one. */
async function* untilAborted(
  channel: Channel,
  options: MonitorOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<MonitorValue> {
  const subscription = channel.monitor(options);
  const abort = (): void => subscription.fail(abortedBy(signal));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    if (signal?.aborted) throw abortedBy(signal);
    yield* subscription;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

async function pause(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(durationMs, undefined, signal === undefined ? {} : { signal });
  } catch {
    throw abortedBy(signal);
  }
}

function abortedBy(signal: AbortSignal | undefined): CaError {
  return new CaError("aborted", "the watch was aborted", signal?.reason);
}
