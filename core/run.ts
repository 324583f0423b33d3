/** Running a site in a process of its own: signals, faults nobody caught, and the end. */
import { performance } from "node:perf_hooks";
import type { Terminal } from "./cli.js";
import { PvmonError } from "./plugin/errors.js";
import { HTTP } from "./plugin/services.js";
import { createPvmon, type Pvmon } from "./pvmon.js";

/** What people and systemd end a program with. */
export const ENDING_SIGNALS = ["SIGTERM", "SIGINT"] as const;
/** One Ctrl-C comes twice when npm is in between: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 300;

/** Runs until SIGTERM or SIGINT, then stops; a second one ends at once. Rejects when starting or stopping fails, or on a fault nobody caught. */
export async function runUntilSignal(site: string, terminal: Terminal): Promise<void> {
  const pvmon = await createPvmon(site);
  // Timers of pvmon never keep the process alive; this one does.
  const hold = setInterval(() => undefined, 2 ** 30);
  const ending = waitForEnd(pvmon);
  try {
    const outcome = await Promise.race([pvmon.start(), ending.ended]);
    if (outcome === undefined) await announce(pvmon, terminal);
    const end = outcome ?? (await ending.ended);
    pvmon.log.info(end.why);
    await pvmon.stop();
    if (end.isFault) {
      // What it was is in the log, where secrets are hidden.
      throw new PvmonError("PLUGIN_THREW", "ended after a fault that nobody caught");
    }
    pvmon.log.info("stopped");
  } finally {
    ending.forget();
    clearInterval(hold);
  }
}

async function announce(pvmon: Pvmon, terminal: Terminal): Promise<void> {
  const address = pvmon.service(HTTP)?.address();
  const where = address === undefined ? "" : `: see ${address}/`;
  await terminal.out(`pvmon watches "${pvmon.name}"${where} (Ctrl-C stops)\n`);
}

interface End {
  readonly why: string;
  readonly isFault: boolean;
}

function waitForEnd(pvmon: Pvmon): { readonly ended: Promise<End>; forget(): void } {
  let end: (end: End) => void = () => undefined;
  const ended = new Promise<End>((resolve) => {
    end = resolve;
  });
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      end({ why: `${signal}: stopping; once more ends at once`, isFault: false });
      return;
    }
    if (performance.now() - firstAt < SAME_SIGNAL_MS) return;
    // Without our listener the signal does what it does by default: it ends the process, now.
    forget();
    process.kill(process.pid, signal);
  };
  const onFault = (fault: unknown): void => {
    pvmon.log.error("a fault that nobody caught: pvmon writes what it knows and ends", {
      error: fault,
    });
    end({ why: "stopping after a fault", isFault: true });
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
  process.on("uncaughtException", onFault);
  process.on("unhandledRejection", onFault);
  const forget = (): void => {
    for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
    process.off("uncaughtException", onFault);
    process.off("unhandledRejection", onFault);
  };
  return { ended, forget };
}
