/**
 * A pvmon with everything a site has, on a simulated site that never rests: thousands of names a second, restarts, pages, questions.
 * What was sent to it and what it sent are counted by others, and have to be what it counts.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { planSite, SimulatedSite, type SitePlan } from "../../../core/testkit/index.js";
import {
  Capture,
  epicsEnvironment,
  HttpPlace,
  residentMegabytes,
  waitFor,
} from "../../peers/index.js";
import { heldMegabytes, heldMemoryEnvironment } from "../held-memory.js";
import { PvmonProcess } from "../pvmon-process.js";
import { fillLog, logIsFull } from "./full-log.js";
import { type ProcessSample, sampleProcess } from "./process-samples.js";
import { SearchSender } from "./search-sender.js";
import { Visitors } from "./visitors.js";

const PORTS = { searchPort: 25_064, beaconPort: 25_065, broadcast: "127.255.255.255" } as const;
const SITE = { iocs: 40, pvsPerIoc: 500, clients: 20, namesPerClient: 1000 } as const;
const BEACON_PERIOD_MS = 5000;
export const NAMES_PER_SECOND = 5000;
const DATAGRAMS_PER_SECOND = 5;
/** pvmon sends from 127.0.0.1, IOCs and clients have addresses of their own. */
const SEARCHES = `udp and src host 127.0.0.1 and dst port ${PORTS.searchPort}`;
const CIRCUITS = `tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn and src host 127.0.0.1 and dst port ${PORTS.searchPort}`;
const DATABASE = "pvmon.sqlite";
const SETTLE_MS = 30_000;

export interface Reckoning {
  /** What clients have searched for, and what pvmon says of it. */
  readonly searches: { readonly sent: number; readonly folded: number; readonly dropped: number };
  readonly names: { readonly sent: number; readonly folded: number };
  /** What pvmon has sent, by its own counters and by tcpdump. */
  readonly datagrams: Compared;
  readonly circuits: Compared;
}

/** After garbage has been collected. */
export interface HeldSample {
  readonly at: number;
  /** As in `held-memory`. */
  readonly heldMegabytes: number;
  readonly residentMegabytes: number;
}

export interface Compared {
  readonly counted: number;
  readonly seen: number;
}

export class SoakedSite {
  readonly samples: ProcessSample[] = [];
  readonly #pvmon: PvmonProcess;
  readonly #site: SimulatedSite;
  readonly #sender: SearchSender;
  readonly #capture: Capture;
  readonly #visitors: Visitors;

  private constructor(
    pvmon: PvmonProcess,
    site: SimulatedSite,
    sender: SearchSender,
    capture: Capture,
    visitors: Visitors,
  ) {
    this.#pvmon = pvmon;
    this.#site = site;
    this.#sender = sender;
    this.#capture = capture;
    this.#visitors = visitors;
  }

  /** @param hasFullLog it begins with as many entries in its log as it remembers, as after months. */
  static async start(
    source: "sockets" | "capture",
    { hasFullLog = false }: { readonly hasFullLog?: boolean } = {},
  ): Promise<SoakedSite> {
    const { searchPort, beaconPort, broadcast } = PORTS;
    const place = new HttpPlace([], epicsEnvironment(broadcast, searchPort, beaconPort));
    const plan = planSite(SITE);
    const site = new SimulatedSite({
      ...PORTS,
      beaconPeriodMs: BEACON_PERIOD_MS,
      // Its clients rest once they are connected.
      plan: { ...plan, clients: [] },
    });
    const sender = new SearchSender({
      clients: plan.clients,
      namesPerSecond: NAMES_PER_SECOND,
      broadcast,
      port: searchPort,
    });
    const pvmon = new PvmonProcess(place, siteFile(source));
    try {
      const hosts = plan.iocs.map((ioc) => ioc.address);
      if (hasFullLog) await fillLog(join(pvmon.folder, DATABASE), hosts);
      const capture = await Capture.start(place, `(${SEARCHES}) or (${CIRCUITS})`, "lo");
      await pvmon.start({ environment: heldMemoryEnvironment });
      await site.start();
      const sees = async () => (await pvmon.get("/api/v1/status")).blind === false;
      await waitFor("every sensor sees", sees, SETTLE_MS);
      if (hasFullLog) await logIsFull(pvmon);
      await sender.start();
      const name = servedName(plan);
      await findServer(pvmon, name);
      const visitors = new Visitors(pvmon, site, paths(name));
      return new SoakedSite(pvmon, site, sender, capture, visitors);
    } catch (error) {
      pvmon.remove();
      await site.stop();
      throw error;
    }
  }

  /** Lets it run, and looks at pvmon again and again. */
  async soak(forMs: number, everyMs: number): Promise<void> {
    const until = performance.now() + forMs;
    while (performance.now() < until) {
      await sleep(everyMs);
      this.samples.push(await sampleProcess(this.#pvmon));
    }
  }

  /** Lets pvmon collect its garbage, and looks at what is left. */
  async look(): Promise<HeldSample> {
    const held = await heldMegabytes(this.#pvmon);
    return {
      at: Date.now(),
      heldMegabytes: held,
      residentMegabytes: residentMegabytes(this.#pvmon.pid),
    };
  }

  /** Ends searches, pages and questions, and counts. */
  async reckon(): Promise<Reckoning> {
    await this.#visitors.stop();
    await this.#sender.stop();
    const { sent } = this.#sender;
    const clients = () =>
      Promise.all([...sent.keys()].map((address) => this.#pvmon.get(`/api/v1/clients/${address}`)));
    const total = (values: Iterable<unknown>): number =>
      [...values].reduce<number>((sum, value) => sum + Number(value), 0);
    const sentDatagrams = total([...sent.values()].map(({ datagrams }) => datagrams));
    const isFolded = async () => {
      const folded = total((await clients()).map(({ datagrams }) => datagrams));
      return folded + (await this.#dropped()) >= sentDatagrams;
    };
    // Whoever asks decides what it means that some are missing.
    await waitFor("every datagram is counted", isFolded, SETTLE_MS).catch(() => undefined);
    const known = await clients();
    return {
      searches: {
        sent: sentDatagrams,
        folded: total(known.map(({ datagrams }) => datagrams)),
        dropped: await this.#dropped(),
      },
      names: {
        sent: total([...sent.values()].map(({ names }) => names)),
        folded: total(known.map(({ searches }) => searches)),
      },
      datagrams: await this.#compare("ca-search", "datagrams_sent_total", SEARCHES),
      circuits: await this.#compare("cainfo", "questions_total", CIRCUITS),
    };
  }

  async stop(): Promise<void> {
    await this.#visitors.stop().catch(() => undefined);
    await this.#sender.stop().catch(() => undefined);
    await this.#site.stop();
    await this.#capture.stop();
    await this.#pvmon.stop();
    this.#pvmon.remove();
  }

  /** Packets that are lost between the network and the inventory, as pvmon knows. */
  async #dropped(): Promise<number> {
    const { sensors } = await this.#pvmon.get<{
      sensors: readonly { dropped: { kernel: number; queue: number } }[];
    }>("/api/v1/status");
    return sensors.reduce((sum, { dropped: { kernel, queue } }) => sum + kernel + queue, 0);
  }

  /** It may go on sending: seen is read while counted stays what it is. */
  async #compare(plugin: string, counter: string, filter: string): Promise<Compared> {
    return await waitFor(
      `${counter} rests`,
      async () => {
        const counted = await this.#pvmon.counter(plugin, counter);
        await sleep(100);
        const seen = await this.#capture.count(filter);
        return (await this.#pvmon.counter(plugin, counter)) === counted && { counted, seen };
      },
      SETTLE_MS,
    );
  }
}

/** That somebody asks for. */
function servedName({ clients, absent }: SitePlan): string {
  return clients[0]!.names.find((name) => !absent.includes(name))!;
}

/** Sockets see no replies, so pvmon has to ask. */
async function findServer(pvmon: PvmonProcess, name: string): Promise<void> {
  const path = `/api/v1/pvs/${encodeURIComponent(name)}`;
  const isKnown = async () => (await pvmon.ask(path)).status === 200;
  await waitFor("the name is known", isKnown, SETTLE_MS);
  await pvmon.post(`${path}/search`);
}

/** Pages by turns; one of them asks the server of the name. */
function paths(name: string): readonly string[] {
  return [
    "/api/v1/pvs?match=*VAC*&limit=100",
    "/metrics",
    `/api/v1/pvs/${encodeURIComponent(name)}/channel-info?value=true`,
    "/api/v1/servers?limit=100",
    "/api/v1/events?limit=100",
    "/api/v1/traffic?series=searchNames",
    "/api/v1/hosts",
    "/",
  ];
}

function siteFile(source: string): string {
  const { searchPort, beaconPort, broadcast } = PORTS;
  return `name: Site that never rests
detectors:
  - use: ca-sniffer
    config: { source: ${source}, interfaces: [lo], searchPorts: [${searchPort}], beaconPorts: [${beaconPort}] }
probes:
  - use: ca-search
    config:
      destinations: [${broadcast}]
      port: ${searchPort}
      datagramsPerSecond: ${DATAGRAMS_PER_SECOND}
      totalDatagramsPerSecond: ${DATAGRAMS_PER_SECOND}
      verification: { enabled: true, everyHours: 0.01, firstAfterSeconds: 20 }
  - use: cainfo
spool: { folder: PATH/spool }
stores:
  - use: sqlite-store
    config: { path: PATH/${DATABASE} }
outputs:
  - use: http-api
  - use: web-ui
  - use: metrics
`;
}
