/** A pvmon that knows some PVs, servers and clients, for tests of what has nothing to do with how much there is. */
import { writeFileSync } from "node:fs";
import { type CapturedFrame, pcap } from "../../plugins/ca-sniffer/support/captures.js";
import { beaconFrame, replyFrame, SEARCH_PORT, searchFrame } from "./captured-frames.js";
import { CapturedSite, type CapturedSiteOptions } from "./captured-site.js";
import { millionName } from "./million-capture.js";

export const SMALL = { server: "10.7.20.1", client: "10.7.0.1", pvs: 40 } as const;

const BROADCAST = "10.7.255.255";
const SPAN_MS = 5000;

type Options = Pick<CapturedSiteOptions, "outputs" | "http" | "more">;

export class SmallSite extends CapturedSite {
  static async start(options: Options): Promise<SmallSite> {
    const parts = await CapturedSite.parts({
      name: "A small site",
      ...options,
      writeCapture: (path) => writeFileSync(path, pcap(frames(Date.now() - SPAN_MS))),
      isRead: ({ counts }) => (counts as Counts).pvs.total >= SMALL.pvs,
    });
    return new SmallSite(parts);
  }
}

interface Counts {
  readonly pvs: { readonly total: number };
}

function frames(startsAt: number): readonly CapturedFrame[] {
  const { server, client } = SMALL;
  const asked = Array.from({ length: SMALL.pvs }, (_, cid) => ({ cid, name: millionName(cid) }));
  const beacon = { server, port: SEARCH_PORT, sequence: 1000, broadcast: BROADCAST };
  return [
    beaconFrame(startsAt, beacon),
    searchFrame(startsAt + 1000, client, BROADCAST, asked),
    replyFrame(startsAt + 1001, server, client, asked),
    beaconFrame(startsAt + SPAN_MS, { ...beacon, sequence: 1001 }),
  ];
}
