/**
 * What the pages are shown of: a pvmon that watches the simulated site, some of which means harm, in the sandbox of the test. It first
 * learns all that there is, asking the network for it; then it sends nothing of its own accord, so that whatever it sends was caused
 * by a page.
 */
import { parseIpv4 } from "../../../core/index.js";
import { heartbeatInvocation, idOf } from "../../../core/model/apps/app-identity.js";
import { SimulatedSite } from "../../../core/testkit/index.js";
import { SUFFIXES } from "../../../core/testkit/site/health-values.js";
import { address, type IocPlan, planSite, type SitePlan } from "../../../core/testkit/site/plan.js";
import {
  Browser,
  epicsEnvironment,
  HeartbeatSender,
  HttpPlace,
  waitFor,
} from "../../peers/index.js";
import { PvmonProcess, URL_BASE } from "../pvmon-process.js";
import { HOSTILE_DESCRIPTION, HOSTILE_GROUP, HOSTILE_NOTES, HOSTILE_PVS } from "./hostile.js";
import { HOSTILE_HOST, HostilePeers } from "./hostile-peers.js";
import { SentPackets } from "./sent-packets.js";

const PORTS = {
  searchPort: 25_064,
  beaconPort: 25_065,
  heartbeatPort: 25_066,
  broadcast: "127.255.255.255",
  /** Two seconds, that a loss is told within a test's patience. */
  beaconPeriodMs: 2000,
  heartbeatPeriodMs: 30_000,
  speed: 1,
} as const;
const SITE = { iocs: 6, pvsPerIoc: 40, clients: 4, namesPerClient: 60 } as const;
const HEARTBEAT_PERIOD_S = 2;
const LEARN_MS = 60_000;
/** Its monitor has told of its health. */
export const MONITORED_HOST = "srv-web";
/** IOCs, from 0 on: the one that is lost, and those that send heartbeats. */
const LOST_IOC = 2;
const WITH_HEARTBEAT = [0, 1] as const;
const IMAGE = "softIoc";
const vacuum = (ioc: number) => ({ stcmd: `st-${ioc + 1}.cmd`, cwd: `/ioc/vacuum-${ioc + 1}` });
/** An application that sends heartbeats, by its id. */
export const HEARTBEAT_APP = idOf(
  parseIpv4(address(1, WITH_HEARTBEAT[0])) ?? 0,
  heartbeatInvocation(IMAGE, vacuum(WITH_HEARTBEAT[0]).stcmd, vacuum(WITH_HEARTBEAT[0]).cwd),
);

export interface WebSiteOptions {
  /** Entries of `outputs:` beside `http-api`, as in `{ use: web-ui }`. */
  readonly outputs: readonly string[];
}

export class WebSite {
  readonly url = URL_BASE;
  readonly pvmon: PvmonProcess;
  readonly browser: Browser;
  /** Since the site runs quietly. */
  readonly sent: SentPackets;
  readonly #parts: Parts;

  private constructor(pvmon: PvmonProcess, browser: Browser, sent: SentPackets, parts: Parts) {
    this.pvmon = pvmon;
    this.browser = browser;
    this.sent = sent;
    this.#parts = parts;
  }

  static async start({ outputs }: WebSiteOptions): Promise<WebSite> {
    const place = new HttpPlace(
      [],
      epicsEnvironment(PORTS.broadcast, PORTS.searchPort, PORTS.beaconPort),
    );
    const pvmon = new PvmonProcess(place, siteFile(outputs, true));
    const parts = new Parts(place);
    try {
      await pvmon.start();
      // What is searched for before is not heard again.
      await pvmon.listens();
      await parts.start();
      await learn(pvmon, parts.simulated);
      await pvmon.stop();
      pvmon.configure(siteFile(outputs, false));
      await pvmon.start();
      // Once after each start.
      await listsAreRead(pvmon);
      const sees = async () => (await pvmon.get("/api/v1/status")).blind === false;
      await waitFor("every sensor sees", sees, LEARN_MS);
      const sent = await SentPackets.watch(pvmon, place);
      return new WebSite(pvmon, await Browser.start(), sent, parts);
    } catch (error) {
      await parts.stop();
      pvmon.remove();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.browser.stop();
    await this.sent.stop();
    await this.#parts.stop();
    await this.pvmon.stop();
    this.pvmon.remove();
  }
}

/** A host whose health can be read. */
const MONITOR: IocPlan = {
  address: "127.1.0.9",
  port: 41_000,
  names: SUFFIXES.map((suffix) => `${MONITORED_HOST}:${suffix}`),
  counting: "rsrv",
  firstBeaconMs: 500,
  health: { host: MONITORED_HOST, clockOffsetSeconds: 0, memoryFreePercent: 40, upSeconds: 86_400 },
};

function plan(): SitePlan {
  const site = planSite(SITE);
  // Somebody asks for it, or nobody would know of it.
  const asks = { address: "127.2.0.9", names: [`${MONITORED_HOST}:BOOTTIME`] };
  return { ...site, iocs: [...site.iocs, MONITOR], clients: [...site.clients, asks] };
}

/** Everything on the network but pvmon. */
class Parts {
  readonly simulated = new SimulatedSite({ ...PORTS, plan: plan() });
  readonly #place: HttpPlace;
  readonly #hostile = new HostilePeers(PORTS);
  readonly #senders: HeartbeatSender[] = [];

  constructor(place: HttpPlace) {
    this.#place = place;
  }

  async start(): Promise<void> {
    await this.simulated.start();
    await this.#hostile.start(this.#place);
    for (const ioc of WITH_HEARTBEAT) {
      const { address: from, names } = this.simulated.plan.iocs[ioc]!;
      const sender = await HeartbeatSender.start(this.#place, {
        version: "2.0",
        from,
        to: PORTS.broadcast,
        period: HEARTBEAT_PERIOD_S,
        sp: PORTS.searchPort,
        img: IMAGE,
        ...vacuum(ioc),
        names: 25,
        prefix: names[0]!.split(":", 1)[0]!,
      });
      this.#senders.push(sender);
    }
  }

  async stop(): Promise<void> {
    for (const sender of this.#senders) await sender.stop();
    await this.#hostile.stop();
    await this.simulated.stop();
  }
}

/** Until pvmon knows every state that a page can show, and what operators write is written. */
async function learn(pvmon: PvmonProcess, { iocs, plan }: SimulatedSite): Promise<void> {
  const lost = iocs[LOST_IOC]!;
  const isJudged = async () => {
    const { pvs } = (await pvmon.get("/api/v1/status")).counts as Counts;
    const names = new Set([...plan.clients.flatMap((client) => client.names), ...HOSTILE_PVS]);
    return pvs.unverified === 0 && pvs.total >= names.size;
  };
  await waitFor("it is known of every name whether it is served", isJudged, LEARN_MS);
  await listsAreRead(pvmon);
  const isWell = async () => (await pvmon.list("/api/v1/health")).length > 0;
  await waitFor("the health of a host is read", isWell, LEARN_MS);
  const isMeasured = async () => {
    const { state, periodMs } = await pvmon.get(`/api/v1/servers/${lost.server}`);
    return state === "alive" && periodMs !== null;
  };
  await waitFor("the period of beacons is known", isMeasured, LEARN_MS);
  await lost.kill();
  const isLost = async () =>
    (await pvmon.get(`/api/v1/servers/${lost.server}`)).state === "lost" &&
    (await pvmon.list("/api/v1/events?type=server.lost")).length > 0;
  await waitFor("a server is lost", isLost, LEARN_MS);
  await write(pvmon);
}

async function listsAreRead(pvmon: PvmonProcess): Promise<void> {
  const isRead = async () => {
    const beats = await pvmon.list("/api/v1/heartbeats");
    return beats.length > WITH_HEARTBEAT.length && beats.every(({ pvs }) => Number(pvs) > 0);
  };
  await waitFor("the lists of PVs are read", isRead, LEARN_MS);
}

async function write(pvmon: PvmonProcess): Promise<void> {
  const why = "because a test wants it";
  const description = HOSTILE_DESCRIPTION;
  await pvmon.patch(`/api/v1/hosts/${HOSTILE_HOST}`, { description, why });
  await pvmon.post("/api/v1/groups", { name: HOSTILE_GROUP, hosts: [HOSTILE_HOST], why });
  for (const text of HOSTILE_NOTES) {
    await pvmon.post("/api/v1/logs", { text, host: HOSTILE_HOST, pending: true, why });
  }
}

interface Counts {
  readonly pvs: { readonly total: number; readonly unverified: number };
}

function siteFile(outputs: readonly string[], isLearning: boolean): string {
  const { searchPort, beaconPort, broadcast } = PORTS;
  const verification = isLearning
    ? "{ enabled: true, everyHours: 0.01, firstAfterSeconds: 2 }"
    : "{ enabled: false }";
  return `name: Site for pages
inventory:
  beaconNetworks: [127.1.0.0/16] # of the IOCs that mean no harm
detectors:
  - use: ca-sniffer
    config: { interfaces: [lo], searchPorts: [${searchPort}], beaconPorts: [${beaconPort}] }
  - use: ioc-heartbeat
    config: { requests: { enabled: true }, processMaps: { enabled: ${isLearning} } }
probes:
  - use: ca-search
    config:
      destinations: [${broadcast}]
      port: ${searchPort}
      datagramsPerSecond: 20
      verification: ${verification}
  - use: cainfo
${isLearning ? "  - use: linux-monitor\n    config: { everySeconds: 5, timeZone: UTC }\n" : ""}spool: { folder: PATH/spool }
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
${outputs.map((output) => `  - ${output}\n`).join("")}`;
}
