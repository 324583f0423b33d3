/** The probe on wires that are bad, and beside neighbours that are. */
import assert from "node:assert/strict";
import { formatEndpoint } from "pvmon";
import { ofType, ProbeScene } from "./probe-scene.js";

describe("ca-search on the wire", () => {
  let scene: ProbeScene;
  beforeEach(() => {
    scene = new ProbeScene();
  });
  afterEach(() => scene.end());

  it("asks the broadcast address of each interface where nothing else is configured", async () => {
    const { instance } = await scene.probe({ destinations: [], tries: 2 });
    await scene.ask(instance, ["a:b"]);
    assert.deepEqual(
      new Set(scene.network.sent.map(({ to }) => formatEndpoint(to))),
      new Set(["127.255.255.255:5064", "10.7.0.255:5064"]),
    );
  });

  it("finds what is there over a wire that loses, doubles and reorders, within its budget", async () => {
    const names = Array.from({ length: 300 }, (_, i) => `lossy:${i}`);
    await scene.responder("10.7.0.1", names);
    scene.network.faults = { loss: 0.3, duplication: 0.2, delayMs: [0, 80] };
    const { instance, host } = await scene.probe({ tries: 10, datagramsPerSecond: 5 });
    const begun = scene.clock.elapsed();
    const outcomes = await scene.ask(instance, [...names, "nowhere"]);
    const found = outcomes.filter(({ answers }) => answers.length === 1);
    assert.equal(found.length, names.length);
    assert.deepEqual(outcomes.at(-1)?.answers, []);
    assert.equal(ofType(host, "answer").length, names.length, "each is reported once");
    const own = scene.network.sent.filter(({ from }) => from.ip === 0x0a07_00c8);
    const seconds = (scene.clock.elapsed() - begun) / 1000;
    assert.ok(own.length <= 5 * (seconds + 1), `${own.length} datagrams in ${seconds} s`);
  });

  it("counts what the kernel dropped of the answers", async () => {
    const { own } = scene;
    const open = own.openUdp.bind(own);
    own.openUdp = async (options) => Object.assign(await open(options), { newDrops: () => 2 });
    const { host } = await scene.probe();
    await scene.clock.advance(10_000);
    assert.equal(host.counters.get("kernel_drops_total"), 4);
  });

  it("survives garbage sent to its socket, and counts it", async () => {
    await scene.responder("10.7.0.1", ["a:b"]);
    const { instance, host } = await scene.probe();
    const { ip, port } = ofType(host, "ownSocket").at(-1)!.socket;
    const sender = await scene.network
      .host("10.7.0.66")
      .openUdp({ datagram: () => undefined, failed: (error) => assert.ifError(error) });
    sender.send(Uint8Array.from([1, 2, 3]), { ip, port });
    sender.send(new Uint8Array(40).fill(255), { ip, port });
    const [outcome] = await scene.ask(instance, ["a:b"]);
    assert.equal(outcome?.answers.length, 1);
    assert.equal(host.counters.get("damaged_replies_total"), 2);
  });

  it("is degraded while its cable is out, and takes nothing for unanswered then", async () => {
    await scene.responder("10.7.0.1", ["a:b"]);
    const { instance, host } = await scene.probe();
    scene.own.isUp = false;
    const [lost] = await scene.ask(instance, ["a:b"]);
    assert.match(lost?.error ?? "", /ENETUNREACH/);
    assert.match(host.statuses.at(-1) ?? "", /^degraded: .*10\.7\.0\.255/);
    assert.deepEqual(ofType(host, "unanswered"), []);
    scene.own.isUp = true;
    const [found] = await scene.ask(instance, ["a:b"]);
    assert.equal(found?.answers.length, 1);
    assert.equal(host.statuses.at(-1), "ok");
  });
});
