/**
 * A client that floods the network with searches: pvmon says who it is while it floods, on its pages too, and so does a replay of the
 * recording. What it asks for would harm pages that make markup of it.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { framed, searchDatagrams } from "../../bench/datagrams.js";
import {
  Browser,
  type BrowserPage,
  Capture,
  DatagramSender,
  HttpPlace,
  waitFor,
} from "../peers/index.js";
import { type Item, PvmonProcess, replay, URL_BASE } from "./pvmon-process.js";
import { HOSTILE_ELEMENT } from "./web/hostile.js";
import { textFaults } from "./web/page-checks.js";

const HERE = new HttpPlace([], {});
const TO = { to: "127.255.255.255", port: 5064 };
const [USUAL, FLOODER] = ["127.0.1.1", "127.0.1.2"];
/** 210 names/s and 5,010 names/s. */
const USUAL_PER_SECOND = 7;
const FLOOD_PER_SECOND = 167;
/** What is usual is known after a minute of it. */
const USUAL_SECONDS = 75;
const FLOOD_SECONDS = 25;
const FLOOD_NAMES = 3990;
const TOLD_WITHIN_MS = 10_000;
const POLL_MS = 100;
const PATIENCE_MS = 60_000;

const site = (stores: string): string => `name: Storm
detectors:
  - use: ca-sniffer
    config: { source: sockets, interfaces: [lo] }
${stores}`;
const LIVE = site(`stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
  - use: web-ui
`);

const essence = ({ type, client, evidence }: Item) => {
  const { clients, names, clientsAsking } = evidence as Readonly<Record<string, unknown>>;
  return { type, client, clients, names, clientsAsking };
};

describe("a client that floods the network with searches", function () {
  this.timeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), "pvmon-storm-"));
  const pvmon = new PvmonProcess(HERE, LIVE);
  const senders: DatagramSender[] = [];
  let capture: Capture;
  /** Since it began. */
  let toldAfterMs = Number.POSITIVE_INFINITY;
  let storm: Item;
  let events: readonly Item[];
  let evidenceOfEnd: Item;
  let browser: Browser;
  /** While it lasts. */
  let overview: string;
  let finding: string;
  const faults: string[] = [];

  const sender = async (from: string, names: number, prefix: string): Promise<DatagramSender> => {
    const file = join(folder, prefix);
    const nameOf = (n: number): string => `<${HOSTILE_ELEMENT}>${prefix}:${n}`;
    writeFileSync(file, framed(searchDatagrams(names, nameOf)));
    const started = await DatagramSender.start(HERE, { file, from: [from], ...TO });
    senders.push(started);
    return started;
  };
  const ask = (one: DatagramSender, perSecond: number, seconds: number) =>
    one.send({ datagrams: perSecond * seconds, perSecond }, seconds * 1000 + PATIENCE_MS);

  const shown = async <T>(path: string, look: (page: BrowserPage) => Promise<T>): Promise<T> => {
    const page = await browser.open(`${URL_BASE}${path}`);
    await page.ready();
    const result = await look(page);
    faults.push(...(await textFaults(page)), ...page.troubles);
    await page.close();
    return result;
  };

  before(async () => {
    browser = await Browser.start();
    await pvmon.start();
    await pvmon.listens();
    capture = await Capture.start(HERE, "udp dst port 5064", "lo");
    const usual = await sender(USUAL, 600, "usual");
    const flooder = await sender(FLOODER, FLOOD_NAMES, "flood");
    const rest = USUAL_SECONDS + FLOOD_SECONDS + 15;
    const all = ask(usual, USUAL_PER_SECOND, rest);
    await sleep(USUAL_SECONDS * 1000);
    assert.equal((await pvmon.get("/api/v1/status")).storm, null);

    const onset = Date.now();
    const flood = ask(flooder, FLOOD_PER_SECOND, FLOOD_SECONDS);
    const lasting = async () => {
      await sleep(POLL_MS);
      return ((await pvmon.get("/api/v1/status")).storm ?? undefined) as Item | undefined;
    };
    storm = await waitFor("a storm", lasting, PATIENCE_MS);
    toldAfterMs = Date.now() - onset;
    const textOf = (selector: string) => async (page: BrowserPage) =>
      (await page.driver.locator(selector).textContent()) ?? "";
    overview = await shown("/", textOf(".verdict"));
    finding = await shown("/beacons?type=searchStorm", textOf(".happening"));
    await Promise.all([flood, all]);
    const both = async () => {
      await sleep(POLL_MS);
      const some = await pvmon.list("/api/v1/events?type=storm.started,storm.ended");
      return some.length === 2 && [...some].reverse();
    };
    events = await waitFor("its end", both, PATIENCE_MS);
    evidenceOfEnd = events.at(-1)!.evidence as Item;
    await capture.stop();
  });
  after(async () => {
    for (const each of senders) each.kill();
    await browser?.stop();
    await pvmon.kill();
    pvmon.remove();
    rmSync(folder, { recursive: true });
  });

  it("is told of within ten seconds, while it lasts", () => {
    assert.ok(toldAfterMs < TOLD_WITHIN_MS, `after ${toldAfterMs} ms`);
  });

  it("is named, with what it asks for and what would stop it", () => {
    assert.deepEqual([storm.client, storm.subject], [FLOODER, FLOODER]);
    const text = String(storm.text);
    assert.match(text, /^127\.0\.1\.2 .*floods the network with searches: \d+ names\/s/);
    assert.match(text, /9\d % of all searches are its own, from port \d+/);
    const name = `"<${HOSTILE_ELEMENT}>flood:\\d+"`;
    assert.match(text, new RegExp(`it asks for ${FLOOD_NAMES} names .*, as ${name}, ${name} and`));
    assert.match(text, /stop or mend the client on 127\.0\.1\.2$/);
  });

  it("is said in a sentence on the overview, which leads to the client and to the finding", () => {
    assert.match(
      overview,
      /127\.0\.1\.2 floods the network with searches: up to \d,\d+ names\/s, /,
    );
    assert.match(overview, /What .*127\.0\.1\.2.* asks for; more of this storm/);
    assert.doesNotMatch(overview, /datagrams|flood:/);
  });

  it("is a finding whose names are counted, and are no markup anywhere", () => {
    assert.match(finding, /\d names asked for/);
    assert.doesNotMatch(finding, /Seen/);
    assert.ok(finding.includes(`<${HOSTILE_ELEMENT}>flood:`));
    assert.deepEqual(faults, []);
  });

  it("is over when it stops, and is a finding that is closed then", async () => {
    assert.deepEqual(
      events.map(({ type, client }) => [type, client]),
      [
        ["storm.started", FLOODER],
        ["storm.ended", FLOODER],
      ],
    );
    const lengthSeconds = Number(evidenceOfEnd.lengthSeconds);
    assert.ok(Math.abs(lengthSeconds - FLOOD_SECONDS) <= 3, `${lengthSeconds} s`);
    const [finding] = await pvmon.list("/api/v1/anomalies?type=searchStorm");
    assert.notEqual(finding?.closedAt, null);
  });

  it("is what a replay of the recording says too", async () => {
    const { events: replayed = [] } = await replay(capture.file, site(""));
    const storms = replayed.filter(({ type }) => String(type).startsWith("storm."));
    const withNull = storms.map((event) => ({ ...event, client: event.client ?? null }));
    assert.deepEqual(withNull.map(essence), events.map(essence));
  });
});
