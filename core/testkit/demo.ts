/** `npm run demo`: pvmon at work on a simulated site, for those who have no machine at hand. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { HTTP } from "../index.js";
import { startPvmon } from "../pvmon.js";
import { SimulatedSite } from "./site/simulated-site.js";

const { values } = parseArgs({
  options: {
    iocs: { type: "string", default: "12" },
    clients: { type: "string", default: "8" },
    pvs: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", short: "h", default: false },
  },
});

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Less than the 15 s of EPICS, so that a loss is told some 20 s after a death, not nearly a minute. */
const BEACON_PERIOD_MS = 6_000;
/** What happens, in seconds from the start, again and again. */
const STORY_SECONDS = 240;
const STORY: readonly {
  readonly at: number;
  readonly text: string;
  act(site: SimulatedSite): Promise<void> | void;
}[] = [
  // After some beacons, which tell its period: until then a loss is told by the longer one that is usual.
  { at: 25, text: "the third IOC dies", act: async ({ iocs: [, , ioc] }) => ioc?.kill() },
  { at: 30, text: "the first IOC restarts", act: async ({ iocs: [ioc] }) => restart(ioc) },
  // For less than two periods: with the rest of the one it begins in, three would be a loss.
  { at: 85, text: "the second IOC is paused", act: ({ iocs: [, ioc] }) => ioc?.pause() },
  { at: 96, text: "the second IOC runs again", act: ({ iocs: [, ioc] }) => ioc?.resume() },
  {
    at: 140,
    text: "a client restarts",
    act: ({ clients: [client] }) => client?.restart(),
  },
  {
    at: 180,
    text: "the third IOC is started again",
    act: async ({ iocs: [, , ioc] }) => ioc?.start(),
  },
];

async function restart(ioc: SimulatedSite["iocs"][number] | undefined): Promise<void> {
  await ioc?.kill();
  await ioc?.start();
}

async function main(): Promise<void> {
  if (values.help) {
    say(
      "npm run demo -- [--iocs 12] [--clients 8] [--pvs 200] [--seed 1]\n\nA simulated site on loopback, and pvmon watching it. --pvs: per IOC.",
    );
    return;
  }
  const site = new SimulatedSite({
    iocs: wholeNumber(values.iocs),
    clients: wholeNumber(values.clients),
    pvsPerIoc: wholeNumber(values.pvs),
    seed: wholeNumber(values.seed),
    beaconPeriodMs: BEACON_PERIOD_MS,
  });
  const config = fileURLToPath(new URL("../../../configs/demo.yml", import.meta.url));
  // First, so that it hears the first searches, which answered names never repeat.
  const pvmon = await startPvmon(config);
  await site.start();
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());
  const api = pvmon.service(HTTP)?.address();
  say(`${values.iocs} IOCs and ${values.clients} clients on loopback. Look at`);
  for (const path of ["status", "servers", "pvs?state=neverAnswered", "events", "clients"]) {
    say(`  ${api}/api/v1/${path}`);
  }
  const story = tell(site);
  await new Promise((resolve) => stopped.signal.addEventListener("abort", resolve));
  clearInterval(story);
  await pvmon.stop();
  await site.stop();
}

function tell(site: SimulatedSite): NodeJS.Timeout {
  let seconds = 0;
  return setInterval(() => {
    seconds += 1;
    for (const { at, text, act } of STORY) {
      if (seconds % STORY_SECONDS !== at) continue;
      say(`${new Date().toISOString()} ${text}`);
      Promise.resolve(act(site)).catch((error: Error) => say(`that failed: ${error.message}`));
    }
  }, 1000);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`not a whole number from 1 on: ${text}`);
  return Number(text);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
