/** PROBES: asking a probe of the site now. */
import { NoProbeError, PvmonError } from "../plugin/errors.js";
import type { Probe } from "../plugin/plugin.js";
import type { ProbesService } from "../plugin/services.js";
import { messageOf } from "./error-message.js";
import type { Supervised } from "./supervised.js";

/**
 * @param plugins asked at each call, because they are made after this.
 * @param drained resolves when what probes find can be taken in.
 */
export function serveProbes(
  plugins: () => readonly Supervised[],
  drained: (signal: AbortSignal) => Promise<void>,
): ProbesService {
  const probes = (): { readonly supervised: Supervised; readonly probe: Probe }[] =>
    plugins()
      .filter(({ setting }) => setting.plugin.kind === "probe")
      .map((supervised) => ({ supervised, probe: supervised.instance as Probe }));
  return {
    purposes: () => [...new Set(probes().map(({ probe }) => probe.purpose))],
    run: async (purpose, targets, signal) => {
      const able = probes().filter(({ probe }) => probe.purpose === purpose);
      const first = able[0];
      if (first === undefined) throw new NoProbeError(purpose);
      const { supervised, probe } = able.find(({ supervised }) => supervised.isRunning) ?? first;
      if (!supervised.isRunning) {
        const { status, reason } = supervised.health;
        const why = reason === null ? status : `${status}: ${reason}`;
        throw new PvmonError("NO_PROBE", `the probe "${supervised.id}" does not run (${why})`);
      }
      await drained(signal);
      signal.throwIfAborted();
      try {
        const outcomes = await probe.probe(targets, signal);
        supervised.health.complain("answers", undefined);
        return outcomes;
      } catch (error) {
        if (!signal.aborted) supervised.health.complain("answers", messageOf(error));
        throw error;
      }
    },
  };
}
