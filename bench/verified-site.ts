/** A simulated site of any size, and a pvmon that knows all of its names and verifies them; tcpdump counts what that sends. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { planSite, SimulatedSite } from "../core/testkit/index.js";
import {
  Capture,
  epicsEnvironment,
  HttpPlace,
  libcaConnect,
  waitFor,
} from "../tests/peers/index.js";
import { PvmonProcess } from "../tests/site/pvmon-process.js";
import { SearchSender } from "../tests/site/soak/search-sender.js";
import { SentSearches } from "./sent-searches.js";

const NAMES_PER_SERVER = 750;
const CLIENTS = 50;
const ASKED_PER_SECOND = 20_000;
const PORTS = { searchPort: 25_064, beaconPort: 25_065, broadcast: "127.255.255.255" } as const;
/** pvmon and libca send from 127.0.0.1 and talk among themselves there; servers have addresses of their own. */
const TO_THE_SITE = "src host 127.0.0.1 and not dst host 127.0.0.1";
const SEARCHES = `udp and ${TO_THE_SITE} and dst port ${PORTS.searchPort}`;
const LEARN_MS = 600_000;
const FIRST_AFTER_SECONDS = 5;
const LOOK_MS = 1000;
/** A round has ended when nothing is searched for so long. */
const QUIET_LOOKS = 5;

export interface Budget {
  readonly perSecond: number;
  /** To any one address. */
  readonly perSecondToOne: number;
}

export interface Round {
  readonly sent: SentSearches;
  /** Answers, one for each name. */
  readonly answers: number;
  /** PVs that are online at its end. */
  readonly online: number;
  /** By pvmon, just before it is stopped: a round that is cut short goes on until then. */
  readonly countedDatagrams: number;
  readonly countedBytes: number;
}

export class VerifiedSite {
  readonly names: readonly string[];
  readonly servers: number;
  readonly #place = new HttpPlace(
    [],
    epicsEnvironment(PORTS.broadcast, PORTS.searchPort, PORTS.beaconPort),
  );
  readonly #site: SimulatedSite;
  readonly #pvmon: PvmonProcess;

  private constructor(names: number) {
    this.servers = Math.max(1, Math.round(names / NAMES_PER_SERVER));
    const pvsPerIoc = Math.ceil(names / this.servers);
    const plan = planSite({ iocs: this.servers, pvsPerIoc, clients: 0, duplicates: 0 });
    this.#site = new SimulatedSite({ ...PORTS, plan });
    this.names = plan.iocs.flatMap((ioc) => ioc.names);
    this.#pvmon = new PvmonProcess(this.#place, siteFile());
  }

  /** Clients have searched for every name once, which pvmon has heard; who serves them it does not know yet. */
  static async start(names: number): Promise<VerifiedSite> {
    const site = new VerifiedSite(names);
    try {
      await site.#pvmon.start();
      await site.#site.start();
      await site.#learn();
      await site.#pvmon.stop();
      return site;
    } catch (error) {
      await site.stop();
      throw error;
    }
  }

  /** libca of EPICS Base connects to all names. */
  async connect(timeoutMs: number) {
    const file = join(this.#pvmon.folder, "names.txt");
    writeFileSync(file, this.names.join("\n"));
    const capture = await Capture.start(this.#place, SEARCHES, "lo");
    const { connected, seconds } = await libcaConnect(this.#place, file, timeoutMs);
    await capture.stop();
    return { connected, seconds, sent: await SentSearches.read(capture.file) };
  }

  /** pvmon is started, and searches its whole inventory once. @param forMs at most; to its end without it */
  async verify(budget: Budget, forMs = Number.POSITIVE_INFINITY): Promise<Round> {
    this.#pvmon.configure(siteFile(budget));
    const capture = await Capture.start(this.#place, TO_THE_SITE, "lo");
    await this.#pvmon.start();
    const count = (name: string) => this.#pvmon.counter("ca-search", name);
    await waitFor(
      "a round has begun",
      async () => (await count("datagrams_sent_total")) > 0,
      LEARN_MS,
    );
    const until = performance.now() + forMs;
    for (let quiet = 0; quiet < QUIET_LOOKS && performance.now() < until; ) {
      await sleep(LOOK_MS);
      quiet = (await count("searches_active")) === 0 ? quiet + 1 : 0;
    }
    const answers = await count("answers_total");
    const countedDatagrams = await count("datagrams_sent_total");
    const countedBytes = await count("bytes_sent_total");
    const { online } = await this.#pvs();
    await this.#pvmon.stop();
    await capture.stop();
    const sent = await SentSearches.read(capture.file);
    return { sent, answers, online, countedDatagrams, countedBytes };
  }

  async stop(): Promise<void> {
    await this.#pvmon.kill();
    this.#pvmon.remove();
    await this.#site.stop();
  }

  async #learn(): Promise<void> {
    const clients = Array.from({ length: CLIENTS }, (_, n) => ({
      address: `127.2.0.${n + 1}`,
      names: this.names.filter((_name, i) => i % CLIENTS === n),
    }));
    const sender = new SearchSender({
      clients,
      namesPerSecond: ASKED_PER_SECOND,
      broadcast: PORTS.broadcast,
      port: PORTS.searchPort,
    });
    await sender.start();
    const areKnown = async () => (await this.#pvs()).total >= this.names.length;
    await waitFor("every name is known", areKnown, LEARN_MS);
    await sender.stop();
  }

  async #pvs(): Promise<{ readonly total: number; readonly online: number }> {
    const { counts } = await this.#pvmon.get("/api/v1/status");
    return (counts as { pvs: { total: number; online: number } }).pvs;
  }
}

/** @param budget of verification, which is off without it */
function siteFile(budget?: Budget): string {
  const { searchPort, beaconPort, broadcast } = PORTS;
  const { perSecond, perSecondToOne } = budget ?? { perSecond: 1, perSecondToOne: 1 };
  return `name: Site that is verified
detectors:
  - use: ca-sniffer
    config: { interfaces: [lo], searchPorts: [${searchPort}], beaconPorts: [${beaconPort}] }
probes:
  - use: ca-search
    config:
      destinations: [${broadcast}]
      port: ${searchPort}
      datagramsPerSecond: ${perSecondToOne}
      totalDatagramsPerSecond: ${perSecond}
      verification: { enabled: ${budget !== undefined}, firstAfterSeconds: ${FIRST_AFTER_SECONDS} }
spool: { folder: PATH/spool }
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
`;
}
