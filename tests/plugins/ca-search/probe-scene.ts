/** The probe on a network in memory, whose hosts answer, keep silent and send garbage. */
import assert from "node:assert/strict";
import { ADDRESS_IS_SOURCE, decodeDatagram, encodeDatagram, type Message } from "epics-ca";
import type { EventDraft, InventoryService, Observation, Probe, ProbeOutcome } from "pvmon";
import {
  createInstance,
  FakeClock,
  type FakeHost,
  FakeNetwork,
  type RecordingHost,
} from "pvmon/testkit";
import caSearch from "../../../plugins/ca-search/index.js";

const quiet = new AbortController().signal;
const SEARCH_PORT = 5064;
const EVERYBODY = "10.7.0.255";

/** A host on which a server answers searches for the names it has. */
class Responder {
  readonly heard: string[] = [];
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  async start(host: FakeHost): Promise<this> {
    const socket = await host.openUdp({
      local: { ip: 0, port: SEARCH_PORT },
      datagram: (bytes, from) => {
        const replies = this.#replies(bytes);
        if (replies.length > 0) socket.send(encodeDatagram(replies), from);
      },
      failed: (error) => assert.ifError(error),
    });
    return this;
  }

  #replies(bytes: Uint8Array): readonly Message[] {
    return decodeDatagram(bytes, "client").messages.flatMap((message): Message[] => {
      if (message.type !== "search") return [];
      this.heard.push(message.name);
      if (!this.#names.includes(message.name)) return [];
      const { cid } = message;
      const address = ADDRESS_IS_SOURCE;
      return [{ type: "searchReply", cid, port: 41_000, address, minorVersion: 13 }];
    });
  }
}

export class FakeInventory {
  listener: ((event: EventDraft) => void) | undefined;
  readonly #owned: Readonly<Record<string, readonly string[]>>;
  constructor(owned: Readonly<Record<string, readonly string[]>> = {}) {
    this.#owned = owned;
  }
  counts = () => ({ pvs: { total: 0 } });
  nameSlots = () => 0;
  pv = (name: string) => ({ name, duplicate: name === "doubled" });
  namesOf = (server: string) => this.#owned[server] ?? [];
  server = (server: string) => ({ server, host: server.split(":")[0] });
  listServers = () => ({ items: [], total: 0, next: null });
  subscribe = (listener: (event: EventDraft) => void) => {
    this.listener = listener;
    return () => {
      this.listener = undefined;
    };
  };
}

export const ofType = <T extends Observation["type"]>(host: RecordingHost, type: T) =>
  host.observations.filter((one): one is Extract<Observation, { type: T }> => one.type === type);

export class ProbeScene {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork({ clock: this.clock });
  readonly #running: Probe[] = [];

  /** On 10.7.0.200. */
  get own(): FakeHost {
    return this.network.host("10.7.0.200");
  }

  responder(address: string, names: readonly string[]): Promise<Responder> {
    return new Responder(names).start(this.network.host(address));
  }

  async probe(
    config: object = {},
    inventory = new FakeInventory(),
  ): Promise<{ instance: Probe; host: RecordingHost }> {
    const made = createInstance(
      caSearch,
      { destinations: [EVERYBODY], datagramsPerSecond: 100, tries: 3, ...config },
      {
        inventory: inventory as unknown as InventoryService,
        clock: this.clock,
        network: this.own,
      },
    );
    await made.instance.start();
    this.#running.push(made.instance);
    return made;
  }

  ask(instance: Probe, names: readonly string[]): Promise<readonly ProbeOutcome[]> {
    const targets = names.map((name) => ({ name }));
    return this.clock.until(instance.probe(targets, quiet));
  }

  /** Nothing is left to be done. */
  async end(): Promise<void> {
    for (const instance of this.#running) await instance.stop();
    assert.equal(this.clock.pending, 0);
  }
}
