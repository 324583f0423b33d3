/** A pvmon that sees a storm of searches for names that harm pages which make markup of them. */
import { writeFileSync } from "node:fs";
import { type CapturedFrame, pcap } from "../../plugins/ca-sniffer/support/captures.js";
import { searchFrame } from "./captured-frames.js";
import { CapturedSite } from "./captured-site.js";
import { HOSTILE_PVS } from "./hostile.js";

export const FLOODER = "10.7.0.9";

const USUAL_CLIENT = "10.7.0.1";
const BROADCAST = "10.7.255.255";
const USUAL_MS = 80_000;
const STORM_MS = 20_000;
/** The capture ends so much later than now, so that the storm lasts while pages are looked at. */
const AHEAD_MS = 120_000;
const USUAL_EVERY_MS = 1000;
/** 5,000 names/s. */
const STORM_EVERY_MS = 20;
const NAMES_PER_DATAGRAM = 100;

export class StormySite extends CapturedSite {
  static async start(): Promise<StormySite> {
    const startsAt = Date.now() + AHEAD_MS - STORM_MS - USUAL_MS;
    const parts = await CapturedSite.parts({
      name: "A stormy site",
      outputs: ["{ use: web-ui }"],
      writeCapture: (path) => writeFileSync(path, pcap(frames(startsAt))),
      isRead: ({ storm }) => storm !== null,
    });
    return new StormySite(parts);
  }
}

function frames(startsAt: number): readonly CapturedFrame[] {
  const usual = [{ cid: 1, name: "usual" }];
  const hostile = Array.from({ length: NAMES_PER_DATAGRAM }, (_, cid) => {
    return { cid, name: HOSTILE_PVS[cid % HOSTILE_PVS.length]! };
  });
  const all: CapturedFrame[] = [];
  for (let at = startsAt; at < startsAt + USUAL_MS + STORM_MS; at += STORM_EVERY_MS) {
    if ((at - startsAt) % USUAL_EVERY_MS === 0) {
      all.push(searchFrame(at, USUAL_CLIENT, BROADCAST, usual));
    }
    if (at >= startsAt + USUAL_MS) all.push(searchFrame(at, FLOODER, BROADCAST, hostile));
  }
  return all;
}
