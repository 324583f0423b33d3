/**
 * How long pvmon takes to verify a whole site within its budget, and what that costs servers: first when it knows of no name who serves
 * it, so that everybody has to be asked; then when it does. Beside it libca, which has no budget, connecting to the same names.
 */
import type { Benchmark, Peer, Result } from "./benchmark.js";
import { type Budget, type Round, VerifiedSite } from "./verified-site.js";

/** Of a site as they are today; `--names` makes it smaller. */
const NAMES = 750_000;
const BROADCAST: Budget = { perSecond: 50, perSecondToOne: 50 };
const USUAL: Budget = { perSecond: 50, perSecondToOne: 2 };
const SMALL: Budget = { perSecond: 5, perSecondToOne: 2 };
const STRETCH_MINUTES = 5;
const CONNECT_MS = 900_000;

const tenth = (value: number): number => Math.round(value * 10) / 10;
const minutes = (seconds: number): number => tenth(seconds / 60);

function load(site: VerifiedSite, round: Round, { perSecond, perSecondToOne }: Budget) {
  const { sent, answers, online, countedDatagrams, countedBytes } = round;
  return {
    names: site.names.length,
    charactersOfANameOnAverage: tenth(site.names.join("").length / site.names.length),
    servers: site.servers,
    namesAnswered: answers,
    namesOnlineAfterwards: online,
    datagramsSeen: sent.datagrams,
    datagramsCounted: countedDatagrams,
    bytesSeen: sent.bytes,
    bytesCounted: countedBytes,
    namesPerDatagram: tenth(answers / sent.datagrams),
    datagramsInASecondAtMost: sent.mostPerSecond,
    datagramsAboveTheBudgetAtMost: tenth(sent.excess(perSecond, perSecondToOne)),
    packetsOfTcp: sent.otherPackets,
  };
}

async function peerOf(site: VerifiedSite) {
  const { connected, seconds, sent } = await site.connect(CONNECT_MS);
  const peer: Peer = {
    name: `libca without a budget connecting ${connected} of the names, its broadcasts heard by all servers`,
    figure: minutes(seconds),
  };
  const also = {
    peerDatagrams: sent.datagrams,
    peerBytes: sent.bytes,
    peerDatagramsInASecondAtMost: sent.mostPerSecond,
  };
  return { peer, also };
}

export default {
  name: "verification",
  what: "a simulated site of 0.75 M names, searched whole by pvmon within its budget",
  async *run({ names }): AsyncGenerator<Result> {
    const site = await VerifiedSite.start(Math.min(names, NAMES));
    try {
      const { peer, also } = await peerOf(site);
      const first = await site.verify(BROADCAST);
      yield {
        of: "no server known, all asked by broadcast, 50 datagrams/s",
        figure: minutes(first.sent.seconds),
        unit: "min",
        goals: [{ atMost: 15, unit: "min" }],
        peer,
        also: {
          ...load(site, first, BROADCAST),
          datagramsThatEachServerHears: first.sent.datagrams,
          ...also,
        },
      };
      const usual = await site.verify(USUAL);
      yield {
        of: "servers known, each asked alone, 50 datagrams/s",
        figure: minutes(usual.sent.seconds),
        unit: "min",
        goals: [{ atMost: 15, unit: "min" }],
        peer,
        also: {
          ...load(site, usual, USUAL),
          datagramsThatOneServerGetsAtMost: usual.sent.mostToOne,
          datagramsInASecondToOneServerAtMost: usual.sent.mostPerSecondToOne,
        },
      };
      const small = await site.verify(SMALL, STRETCH_MINUTES * 60_000);
      const { seconds } = small.sent;
      yield {
        of: `servers known, each asked alone, 5 datagrams/s: extrapolated from ${minutes(seconds)} min of the round`,
        figure: minutes((seconds * site.names.length) / small.answers),
        unit: "min",
        goals: [{ atMost: 120, unit: "min" }],
        also: {
          ...load(site, small, SMALL),
          datagramsInASecondToOneServerAtMost: small.sent.mostPerSecondToOne,
        },
      };
    } finally {
      await site.stop();
    }
  },
} satisfies Benchmark;
