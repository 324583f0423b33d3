/** The plugin with servers on loopback: what it tells of them, in rounds and on demand, and what it never does. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { formatEndpoint, type ProbeOutcome, type ServerView } from "pvmon";
import { createInstance, FakeClock } from "pvmon/testkit";
import caEcho from "../../../plugins/ca-echo/index.js";
import type { EchoProbe } from "../../../plugins/ca-echo/probe.js";
import { EchoServer, type Manner } from "./echo-server.js";

const quiet = new AbortController().signal;

/** The plugin, with an inventory of the servers that the test started. */
class Setup {
  readonly clock = new FakeClock();
  readonly probe: EchoProbe;
  readonly host;
  readonly known = new Map<string, Partial<ServerView>>();
  blind = false;
  readonly #servers: EchoServer[] = [];

  constructor(config: object = {}) {
    const inventory = {
      blind: () => this.blind,
      server: (server: string) => this.#view(server),
      listServers: ({ states = [] }: { states?: readonly string[] }) => {
        const items = [...this.known.keys()]
          .map((server) => this.#view(server))
          .filter((view) => view !== undefined && states.includes(view.state));
        return { items, total: items.length, next: null };
      },
    };
    const { instance, host } = createInstance(
      caEcho,
      { timeoutSeconds: 0.1, connectsPerSecond: 100, ...config },
      { inventory, clock: this.clock },
    );
    this.probe = instance as EchoProbe;
    this.host = host;
  }

  async serve(manner: Manner = "echo", address = "127.0.0.1"): Promise<EchoServer> {
    const server = await EchoServer.start(manner, address);
    this.#servers.push(server);
    this.known.set(server.server, {});
    return server;
  }

  async ask(...servers: readonly string[]): Promise<readonly ProbeOutcome[]> {
    return await this.passing(
      this.probe.probe(
        servers.map((name) => ({ name })),
        quiet,
      ),
    );
  }

  /** Lets time pass, on the clock and in truth, until it has come. */
  async passing<T>(asked: Promise<T>, stepMs = 1): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    asked.then(over, over);
    while (!isOver) {
      await this.clock.advance(stepMs);
      await sleep(1);
    }
    return await asked;
  }

  async until(done: () => boolean, stepMs = 1000): Promise<void> {
    const waiting = async () => {
      while (!done()) await sleep(1);
    };
    await this.passing(waiting(), stepMs);
  }

  get told(): string[] {
    return this.host.observations.map((observation) => {
      assert.equal(observation.type, "circuit");
      assert.ok(observation.at <= this.clock.now() && observation.afterMs >= 0);
      return `${formatEndpoint(observation.server)} ${observation.outcome}`;
    });
  }

  async stop(): Promise<void> {
    await this.probe.stop();
    for (const server of this.#servers) await server.stop();
  }

  #view(server: string): ServerView | undefined {
    const known = this.known.get(server);
    const usual = { server, state: "alive", lastBeaconAt: null, periodMs: null };
    return known && ({ ...usual, ...known } as ServerView);
  }
}

describe("ca-echo", () => {
  let setup: Setup;
  const begin = async (config: object = {}): Promise<Setup> => {
    setup = new Setup(config);
    await setup.probe.start();
    return setup;
  };
  afterEach(() => setup.stop());

  it("tells servers apart that answer, hang, are gone, break off or are something else", async () => {
    const { known } = await begin();
    const [good, hanging, cut, other, gone] = await Promise.all(
      (["echo", "hang", "cut", "babble", "echo"] as const).map((manner) => setup.serve(manner)),
    );
    assert.ok(good && hanging && cut && other && gone);
    await gone.stop();
    const outcomes = await setup.ask(...known.keys());
    assert.deepEqual(
      setup.told.toSorted(),
      [
        `${good.server} echoed`,
        `${gone.server} refused`,
        `${hanging.server} unresponsive`,
      ].toSorted(),
    );
    const byName = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
    assert.equal(byName.get(good.server)?.answers[0]?.server, good.server);
    assert.equal(byName.get(good.server)?.error, undefined);
    assert.match(String(byName.get(hanging.server)?.error), /no answer within/);
    assert.match(String(byName.get(gone.server)?.error), /ECONNREFUSED/);
    assert.ok(outcomes.every(({ tries }) => tries === 1));
    assert.equal(setup.host.counters.get("checks_total"), 5);
    await setup.until(() => good.open + hanging.open === 0);
  });

  it("tries no port that pvmon does not know as a server", async () => {
    await begin();
    const stranger = await EchoServer.start();
    const [unknown, nonsense] = await setup.ask(stranger.server, "nonsense");
    await stranger.stop();
    assert.deepEqual([unknown?.tries, unknown?.answers, stranger.circuits], [0, [], 0]);
    assert.match(String(unknown?.error), /no server .* is known/);
    assert.equal(nonsense?.tries, 0);
    assert.deepEqual(setup.told, []);
  });

  it("checks every server that is up within a round, and again in the next", async () => {
    await begin({ everyMinutes: 1, maxCircuits: 2 });
    const servers = await Promise.all([1, 2, 3, 4].map((n) => setup.serve("echo", `127.0.0.${n}`)));
    const lost = await setup.serve();
    setup.known.set(lost.server, { state: "lost" });
    await setup.until(() => servers.every(({ circuits }) => circuits >= 2));
    assert.equal(lost.circuits, 0);
    assert.ok(servers.every(({ circuits }) => circuits <= 4));
  });

  it("checks a server soon whose beacons are late", async () => {
    await begin({ everyMinutes: 1000 });
    const server = await setup.serve();
    const lastBeaconAt = setup.clock.now();
    setup.known.set(server.server, { lastBeaconAt, periodMs: 15_000 });
    setup.blind = true;
    for (let second = 0; second < 25; second++) await setup.clock.advance(1000);
    assert.equal(setup.host.counters.get("checks_total"), undefined);
    setup.blind = false;
    await setup.until(() => setup.told.length > 0, 100);
    assert.ok(setup.clock.now() - lastBeaconAt < 40_000);
  });

  it("sends nothing of its own accord when it is told not to", async () => {
    await begin({ everyMinutes: 0 });
    const server = await setup.serve();
    setup.known.set(server.server, { lastBeaconAt: 0, periodMs: 15_000 });
    for (let minute = 0; minute < 100; minute++) await setup.clock.advance(60_000);
    assert.equal(server.circuits, 0);
    assert.equal((await setup.ask(server.server))[0]?.answers.length, 1);
  });

  it("has one circuit to a host at a time, and answers in the order it was asked", async () => {
    await begin({ maxCircuits: 8 });
    const servers = await Promise.all(Array.from({ length: 5 }, () => setup.serve("hang")));
    let most = 0;
    const asked = setup.ask(...servers.map(({ server }) => server));
    const watch = setInterval(() => {
      most = Math.max(
        most,
        servers.reduce((sum, { open }) => sum + open, 0),
      );
    }, 1);
    const outcomes = await asked;
    clearInterval(watch);
    assert.ok(most <= 1, String(most));
    assert.deepEqual(
      outcomes.map(({ name }) => name),
      servers.map(({ server }) => server),
    );
  });

  it("ends what is under way when it is stopped or the asker goes away", async () => {
    await begin({ timeoutSeconds: 60, everyMinutes: 1 });
    const server = await setup.serve("hang");
    const abort = new AbortController();
    const asked = setup.probe.probe([{ name: server.server }], abort.signal);
    while (server.open === 0) await sleep(1);
    abort.abort(new Error("gone"));
    await assert.rejects(asked, /gone/);
    const again = setup.probe.probe([{ name: server.server }], quiet);
    await setup.until(() => server.open > 0, 1);
    await setup.probe.stop();
    assert.equal((await again)[0]?.answers.length, 0);
    await setup.until(() => server.open === 0, 1);
    assert.deepEqual(setup.told, []);
    assert.match(String((await setup.ask(server.server))[0]?.error), /does not run/);
  });
});
