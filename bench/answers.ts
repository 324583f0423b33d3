/**
 * How long people wait for an answer of a pvmon that knows a million names while ten thousand are asked for every second, and for
 * how long it does nothing else meanwhile.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { CLIENT_SORTS, PV_SORTS, SERVER_SORTS } from "pvmon";
import { DatagramSender, HttpPlace, waitFor } from "../tests/peers/index.js";
import { PvmonProcess, URL_BASE } from "../tests/site/pvmon-process.js";
import { MILLION, millionName, writeMillionCapture } from "../tests/site/web/million-capture.js";
import type { Benchmark, Result } from "./benchmark.js";
import { framed, NAMES_PER_DATAGRAM, searchDatagrams } from "./datagrams.js";

const HERE = new HttpPlace([], {});
const TO = { to: "127.255.255.255", port: 5064 };
const FROM = Array.from({ length: 100 }, (_, n) => `127.0.1.${n + 1}`);
const DATAGRAMS_PER_SECOND = Math.round(10_000 / NAMES_PER_DATAGRAM);
/** Of each: of fewer, 99 of 100 would be all of them. */
const ASKS = 100;
const LONG_ENOUGH_S = 3600;
const READ_MS = 120_000;
/** What pvmon says of its event loop is of the latest minute: that of its start has to pass. */
const SETTLE_SECONDS = 60;
/** One question after the other: rather more than some dozens of people ask. */
const PAUSE_MS = 20;
const ABSENT_APP = "0".repeat(16);
const MEASURED_EVERY_MS = 5000;
/** Another number for each question, so that nobody asked for the same before. */
const NEW = "{n}";

const SITE = `name: Answers
detectors:
  - use: ca-sniffer
    id: past
    config: { source: file, file: { path: PATH/site.pcap } }
  - use: ca-sniffer
    id: wire
    config: { source: sockets, interfaces: [lo] }
spool: { folder: PATH/spool }
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
  - use: metrics
`;

interface Kind {
  readonly of: string;
  /** Of the slowest path, ms. */
  readonly goalMs: number;
  readonly paths: readonly string[];
}

const orders = (path: string, sorts: readonly string[]): readonly string[] =>
  sorts.flatMap((sort) => [`${path}?sort=${sort}`, `${path}?sort=${sort}&order=desc`]);

async function kinds(pvmon: PvmonProcess): Promise<readonly Kind[]> {
  const name = millionName(0);
  const pages = await pvmon.pages({
    name,
    server: "10.7.20.1:5064",
    host: "10.7.20.1",
    port: "5064",
    client: "10.7.0.1",
    "groups/id": "active",
    // Of what this site does not have.
    id: ABSENT_APP,
    app: ABSENT_APP,
    source: "none",
  });
  const places = ["offset=500000", "offset=999000", "limit=1000", "state=lost,neverAnswered"];
  return [
    {
      of: "pages of the API",
      goalMs: 50,
      paths: [
        ...pages,
        ...orders("/api/v1/pvs", PV_SORTS),
        ...places.map((place) => `/api/v1/pvs?${place}`),
        "/api/v1/pvs?sort=requests&order=desc&offset=500000",
        "/api/v1/pvs?server=10.7.20.1:5064",
        "/api/v1/pvs?client=10.7.0.1",
        ...orders("/api/v1/servers", SERVER_SORTS),
        ...orders("/api/v1/clients", CLIENT_SORTS),
        "/metrics",
      ],
    },
    {
      of: "parts of names, and globs",
      goalMs: 50,
      paths: [
        ...["VAC0042", "pressure", "p", "no such name", "SR03:*:Pressure", "*PS*:Cur*"],
        ...[`VAC${NEW}`, `*PS*${NEW}:Cur*`],
      ].map((match) => `/api/v1/pvs?match=${encodeURIComponent(match)}`),
    },
    {
      of: "regular expressions",
      goalMs: 300,
      paths: [
        ...["^SR0[1-5]:PS.*Current$", "(?i)vac.*(flow|temp)", "[0-9]{4}:S"],
        ...[
          `^SR0[1-5]:PS.*${NEW}:Current$`,
          `(?i)vac.*${NEW}:(flow|temp)`,
          `(PS|VAC|${NEW})0.*[a-f]$`,
        ],
      ].map((regex) => `/api/v1/pvs?regex=${encodeURIComponent(regex)}`),
    },
  ];
}

/** Of one path, microseconds. */
interface Times {
  readonly waited: RecordableHistogram;
  /** Of pvmon's main thread meanwhile: on a machine that does other things too, this tells more. */
  readonly worked: RecordableHistogram;
}

/** Asks again and again, as a browser does over connections that stay open. */
class Asker {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #pid: number;
  #asked = 0;
  readonly times = new Map<string, Times>();

  /** @param pid of pvmon. */
  constructor(pid: number) {
    this.#pid = pid;
  }

  async ask(path: string): Promise<void> {
    const asks = path.replaceAll(encodeURIComponent(NEW), String(this.#asked++));
    const worked = this.#worked();
    const begin = performance.now();
    await new Promise<void>((resolve, reject) => {
      const asked = get(`${URL_BASE}${asks}`, { agent: this.#agent }, (answer) => {
        answer.on("end", resolve).on("error", reject).resume();
        if (answer.statusCode !== 200 && answer.statusCode !== 404) {
          reject(new Error(`${path}: ${answer.statusCode}`));
        }
      });
      asked.on("error", reject);
    });
    const times = this.times.get(path) ?? { waited: createHistogram(), worked: createHistogram() };
    this.times.set(path, times);
    times.waited.record(Math.max(1, Math.round((performance.now() - begin) * 1000)));
    times.worked.record(Math.max(1, Math.round(this.#worked() - worked)));
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Since the start, as the kernel has it in nanoseconds. */
  #worked(): number {
    const [nanoseconds] = readFileSync(`/proc/${this.#pid}/schedstat`, "latin1").split(" ");
    return Number(nanoseconds) / 1000;
  }
}

/** All of them by turns. */
async function askAll(paths: readonly string[], asker: Asker): Promise<void> {
  for (let turn = 0; turn < ASKS * paths.length; turn++) {
    await asker.ask(paths[turn % paths.length]!);
    await sleep(PAUSE_MS);
  }
}

/** The longest that its event loop was late in the latest minute, ms. */
async function longestDelay(pvmon: PvmonProcess): Promise<number> {
  return Math.round(1000 * (await pvmon.counter("pvmon", "event_loop_delay_max_seconds")));
}

function result({ of, goalMs }: Kind, times: Asker["times"]): Result {
  const ms = (microseconds: number): number => Math.round(microseconds / 100) / 10;
  const all = [...times].map(([path, { waited, worked }]) => ({
    path,
    p50: ms(waited.percentile(50)),
    p99: ms(waited.percentile(99)),
    max: ms(waited.max),
    worked: ms(worked.percentile(50)),
  }));
  all.sort((a, b) => b.p99 - a.p99);
  const slowest = all
    .slice(0, 10)
    .map(({ path, p50, p99, worked }) => [
      decodeURIComponent(path),
      `${p50} ms, p99 ${p99} ms, of a processor ${worked} ms`,
    ]);
  return {
    of,
    figure: all[0]!.p99,
    unit: "ms, 99 of 100 answers of the slowest",
    goals: [{ atMost: goalMs, unit: "ms" }],
    also: {
      paths: all.length,
      maxMs: Math.max(...all.map(({ max }) => max)),
      ...Object.fromEntries(slowest),
    },
  };
}

async function* figures(pvmon: PvmonProcess): AsyncGenerator<Result> {
  const delays: number[] = [];
  for (const kind of await kinds(pvmon)) {
    const asker = new Asker(pvmon.pid);
    // The first answer of each is also that of programs that have to be started, and of code that is not compiled yet.
    for (const path of kind.paths) await asker.ask(path);
    asker.times.clear();
    let isAsking = true;
    const asking = askAll(kind.paths, asker).finally(() => {
      isAsking = false;
    });
    const measuring = (async () => {
      while (isAsking) {
        await sleep(MEASURED_EVERY_MS);
        delays.push(await longestDelay(pvmon));
      }
    })();
    await Promise.all([asking, measuring]);
    asker.close();
    yield result(kind, asker.times);
  }
  yield {
    of: "event loop meanwhile",
    figure: Math.max(...delays),
    unit: "ms, the longest that it did something else",
    goals: [{ atMost: 50, unit: "ms" }],
  };
}

export default {
  name: "answers",
  what: "answers about a million names, one question after the other, while 10,000 names are asked for every second",
  async *run() {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-bench-answers-"));
    const pvmon = new PvmonProcess(HERE, SITE);
    try {
      writeMillionCapture(join(pvmon.folder, "site.pcap"), Date.now());
      await pvmon.start();
      const isRead = async () => {
        const { counts } = await pvmon.get<{
          counts: { pvs: { total: number } };
        }>("/api/v1/status");
        return counts.pvs.total >= MILLION;
      };
      await waitFor("the capture is read", isRead, READ_MS);
      const file = join(folder, "datagrams");
      writeFileSync(file, framed(searchDatagrams(MILLION, millionName)));
      const sender = await DatagramSender.start(HERE, { file, from: FROM, ...TO });
      const wire = {
        datagrams: LONG_ENOUGH_S * DATAGRAMS_PER_SECOND,
        perSecond: DATAGRAMS_PER_SECOND,
      };
      const ended = sender.send(wire, LONG_ENOUGH_S * 1000).catch(() => undefined);
      await sleep(SETTLE_SECONDS * 1000);
      yield* figures(pvmon);
      sender.kill();
      await ended;
    } finally {
      await pvmon.kill();
      pvmon.remove();
      rmSync(folder, { recursive: true });
    }
  },
} satisfies Benchmark;
