/** What happens at a simulated laboratory, again and again: a story of five minutes that has everything that pvmon tells. */
import { FLOODING_CLIENT } from "./laboratory-clients.js";
import type { SimulatedSite } from "./simulated-site.js";

/** One thing that happens in the story. */
export interface Happening {
  /** From the beginning of the story, s. */
  readonly atSeconds: number;
  /** For people. */
  readonly text: string;
  act(site: SimulatedSite): Promise<void> | void;
}

/** The length of the story: then it begins anew, the site being as at its beginning. */
export const STORY_SECONDS = 300;

/** The host that is lost with all that runs on it. */
export const LOST_HOST = "srv-bl11";

/** The story, in the order of its times. With beacons every 6 s and heartbeats every 10 s each is noticed within a minute. */
export const HAPPENINGS: readonly Happening[] = [
  {
    atSeconds: 15,
    text: "the orbit feedback, a program without PVs, ends",
    act: (site) => site.app("orbit feedback").stop(),
  },
  {
    atSeconds: 20,
    text: "SR03:DIAG is restarted",
    act: (site) => restart(site, "SR03:DIAG"),
  },
  {
    atSeconds: 25,
    text: "SR06:VAC is cut off from the network",
    act: (site) => site.unplug("SR06:VAC"),
  },
  { atSeconds: 40, text: "BL09:MOT ends", act: (site) => site.kill("BL09:MOT") },
  // For less than two periods: with the rest of the one it begins in, three would be a loss.
  { atSeconds: 60, text: "BL05:MONO is paused", act: (site) => site.ioc("BL05:MONO").pause() },
  { atSeconds: 70, text: "BR01:PS hangs", act: (site) => site.ioc("BR01:PS").hang() },
  { atSeconds: 71, text: "BL05:MONO runs again", act: (site) => site.ioc("BL05:MONO").resume() },
  // Not before pvmon has watched for a minute: until then it does not know how much is usual.
  {
    atSeconds: 75,
    text: `a script on ${FLOODING_CLIENT} searches for its names ten times a second`,
    act: (site) => site.client(FLOODING_CLIENT).flood(),
  },
  { atSeconds: 90, text: "SR06:VAC is back", act: (site) => site.plug("SR06:VAC") },
  {
    atSeconds: 100,
    text: "a copy of the virtual machine of WTR02:CW is switched on",
    act: (site) => impersonate(site, true),
  },
  {
    atSeconds: 110,
    text: `${LOST_HOST} loses its power`,
    act: (site) => site.cutOff(addressOf(site, LOST_HOST)),
  },
  {
    atSeconds: 130,
    text: "CRYO01:CRYO, which is heard under two addresses, is restarted",
    act: (site) => restart(site, "CRYO01:CRYO"),
  },
  {
    atSeconds: 135,
    text: "the script ends",
    act: (site) => site.client(FLOODING_CLIENT).calm(),
  },
  {
    atSeconds: 150,
    text: "the copy is switched off",
    act: (site) => impersonate(site, false),
  },
  {
    atSeconds: 155,
    text: "the orbit feedback is started again",
    act: (site) => site.app("orbit feedback").start(),
  },
  {
    atSeconds: 180,
    text: `${LOST_HOST} is back`,
    act: (site) => site.bringBack(addressOf(site, LOST_HOST)),
  },
  { atSeconds: 200, text: "BR01:PS answers again", act: (site) => site.ioc("BR01:PS").recover() },
  { atSeconds: 210, text: "BL09:MOT is started again", act: (site) => site.run("BL09:MOT") },
  {
    atSeconds: 220,
    text: "TEST02:DET, which has copies of records of BL07:DET, ends",
    act: (site) => site.kill("TEST02:DET"),
  },
  {
    atSeconds: 240,
    text: "the display opi-control1 is restarted",
    act: (site) => site.client("opi-control1").restart(),
  },
  { atSeconds: 280, text: "TEST02:DET is started again", act: (site) => site.run("TEST02:DET") },
];

/**
 * Tells the story for ever; the answer ends it. What an act rejects with is told, too, and the story goes on.
 * @param speed times that it goes faster than life, as that of the site
 */
export function tellStory(site: SimulatedSite, say: (text: string) => void, speed = 1): () => void {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds = (seconds + 1) % STORY_SECONDS;
    for (const { atSeconds, text, act } of HAPPENINGS) {
      if (atSeconds !== seconds) continue;
      say(text);
      // In a function, so that what is thrown is told like what is rejected.
      (async () => act(site))().catch((error: Error) => say(`that failed: ${error.message}`));
    }
  }, 1000 / speed);
  return () => clearInterval(timer);
}

async function restart(site: SimulatedSite, label: string): Promise<void> {
  await site.kill(label);
  await site.run(label);
}

function impersonate(site: SimulatedSite, has: boolean): void {
  site.ioc("WTR02:CW").hasImpostor = has;
}

function addressOf(site: SimulatedSite, name: string): string {
  const host = site.plan.hosts.find((one) => one.name === name);
  if (host === undefined) throw new RangeError(`the site has no host "${name}"`);
  return host.address;
}
