/** The examples of a site's own plugins: each keeps the contract, and does its work in a pvmon against a real server. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CLOCK, METRICS, OPERATIONS, type Plugin, PROBES } from "pvmon";
import {
  createPuppet,
  describeDetector,
  describeOutput,
  describeProbe,
  FakeClock,
  type Puppet,
  type Pvmon,
  startPvmon,
} from "pvmon/testkit";
import { ROOT } from "../core/repository.js";
import { freePort, waitFor } from "../peers/index.js";

const LOOPBACK = "127.0.0.1";
const EXAMPLES = join(ROOT, "examples");
const NAMES = ["channel-list", "event-logbook", "interlock-lines"];
const NEVER = new AbortController().signal;

async function example(name: string): Promise<Plugin> {
  const entry = pathToFileURL(join(EXAMPLES, name, "index.js")).href;
  return ((await import(entry)) as { default: Plugin }).default;
}
const [channelList, eventLogbook, interlockLines] = (await Promise.all(NAMES.map(example))) as [
  Plugin,
  Plugin,
  Plugin,
];

async function send(line: string, port: number): Promise<void> {
  const socket = createSocket("udp4");
  socket.bind(0, LOOPBACK);
  await once(socket, "listening");
  await new Promise<void>((resolve) => socket.send(line, port, LOOPBACK, () => resolve()));
  socket.close();
}

/** A server of the site, on loopback. */
class SiteServer {
  readonly requests: { readonly url: string; readonly text: string; readonly key: string }[] = [];
  answer: (url: string) => { readonly status: number; readonly body: unknown } = () => ({
    status: 200,
    body: [],
  });
  readonly #server: Server = createServer((request, response) => {
    void this.#read(request).then((url) => {
      const { status, body } = this.answer(url);
      response.writeHead(status).end(JSON.stringify(body));
    });
  });

  async start(): Promise<void> {
    this.#server.listen(0, LOOPBACK);
    await once(this.#server, "listening");
  }

  get url(): string {
    return `http://${LOOPBACK}:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #read(request: IncomingMessage): Promise<string> {
    let text = "";
    for await (const piece of request.setEncoding("utf8")) text += piece;
    const { url = "", headers } = request;
    this.requests.push({ url, text, key: headers.authorization ?? "" });
    return url;
  }
}

describe("the examples of plugins", () => {
  let port = 0;
  let server: SiteServer;
  let pvmon: Pvmon | undefined;
  const clock = new FakeClock();

  beforeEach(async () => {
    port = await freePort();
    server = new SiteServer();
    await server.start();
  });
  afterEach(async () => {
    await pvmon?.stop();
    pvmon = undefined;
    server.stop();
  });

  /** A pvmon with a part of a site file, as the examples' READMEs show it, and a detector that says what the test wants. */
  async function start(section: string): Promise<Puppet> {
    const puppet = createPuppet();
    pvmon = await startPvmon(`log: { level: silent }\n${section}`, {
      folder: ROOT,
      plugins: { puppet: puppet.plugin },
      override: [[CLOCK, clock]],
    });
    return puppet;
  }

  const metric = (name: string): number | undefined =>
    pvmon
      ?.service(METRICS)
      ?.samples()
      .find((sample) => sample.name === name)?.value;

  it("are the ones that are tested here, and import nothing but pvmon and Node", () => {
    const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((e) => e.isDirectory());
    assert.deepEqual(folders.map(({ name }) => name).sort(), NAMES);
    for (const name of NAMES) {
      const code = readFileSync(join(EXAMPLES, name, "index.js"), "utf8");
      const imports = [...code.matchAll(/\bfrom "([^"]+)"/g)].map(([, target]) => target);
      assert.ok(imports.includes("pvmon"));
      assert.deepEqual(
        imports.filter((target) => !/^(pvmon$|node:)/.test(target ?? "")),
        [],
      );
    }
  });

  describeDetector(interlockLines, {
    config: () => ({ address: LOOPBACK, port }),
    cannotStart: { address: "192.0.2.1" },
    provoke: () => send("ILK 1 SR01:VAC1 OPEN", port),
    disturb: () => send("ILK one SR01:VAC1 AJAR", port),
  });
  describeOutput(eventLogbook, {
    config: () => ({ url: server.url, everySeconds: 1, severity: "info" }),
  });
  describeProbe(channelList, { config: () => ({ url: server.url, minSeconds: 0 }) });

  it("hear interlocks, and count what is missing", async () => {
    await start(`detectors:
  - use: ./examples/interlock-lines
    config: { address: 127.0.0.1, port: ${port} }
  - use: puppet
`);
    for (const line of ["ILK 7 SR01:VAC1 OPEN", "ILK 10 SR01:VAC2 CLOSED", "ILK"])
      await send(line, port);
    await waitFor("all lines", () => metric("damaged_total") === 1 || undefined, 5000);
    assert.deepEqual([metric("lines_total"), metric("missed_total")], [2, 2]);
  });

  it("write events into the log book, those again that it did not take", async () => {
    server.answer = () => ({ status: 503, body: {} });
    await start(`detectors:
  - use: puppet
outputs:
  - use: ./examples/event-logbook
    config: { url: "${server.url}", user: anna, password: secret, severity: info, everySeconds: 60 }
`);
    pvmon?.service(OPERATIONS)?.note({ text: "Vacuum work in sector 3" }, { who: "anna" });
    const turn = async (requests: number): Promise<void> => {
      const asked = async () => {
        await clock.advance(60_000);
        return server.requests.length >= requests || undefined;
      };
      await waitFor(`request ${requests}`, asked, 10_000);
    };
    await turn(1);
    await waitFor("the failure", () => metric("failures_total") !== 0 || undefined, 5000);
    server.answer = () => ({ status: 200, body: {} });
    await turn(server.requests.length + 1);
    await waitFor("the entry", () => metric("entries_total") === 1 || undefined, 5000);
    const { url, text, key } = server.requests.at(-1)!;
    assert.equal(url, "/logs");
    assert.equal(key, `Basic ${Buffer.from("anna:secret").toString("base64")}`);
    const { owner, logbooks, description } = JSON.parse(text);
    assert.deepEqual([owner, logbooks], ["anna", [{ name: "Operations" }]]);
    assert.match(description, /Vacuum work in sector 3/);
  });

  it("tell of PVs that are registered and silent, or on air and in no list", async () => {
    const pages = [
      Array.from({ length: 1000 }, (_, n) => ({ name: `SR01:${n}` })),
      [{ name: "SR02:here" }, { nonsense: true }],
    ];
    server.answer = (url) => ({ status: 200, body: pages[url.endsWith("~from=0") ? 0 : 1] });
    const { emit } = await start(`detectors:
  - use: puppet
probes:
  - use: ./examples/channel-list
    config: { url: "${server.url}" }
`);
    for (const name of ["SR02:here", "SR02:new"]) {
      emit({
        type: "answer",
        at: clock.now(),
        name,
        server: { ip: 0x0a070002, port: 5064 },
        replier: 0x0a070002,
        minorVersion: 13,
        asker: "own",
      });
    }
    await pvmon?.service(PROBES)?.run("channel-list", [{ name: "all" }], NEVER);
    assert.deepEqual([metric("registered_silent"), metric("unregistered")], [1000, 1]);
    const [again] = await pvmon!.service(PROBES)!.run("channel-list", [{ name: "all" }], NEVER);
    assert.equal(again?.error, "compared just now");
    assert.equal(metric("requests_total"), 2);
  });
});
