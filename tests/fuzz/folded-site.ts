/** Where what was read ends up: an inventory with little room, so that it is soon full, and the rows that stores would get. */
import assert from "node:assert/strict";
import { Inventory } from "../../core/model/inventory/inventory.js";
import type { Observation } from "../../core/model/observation.js";
import { DirtyRecords } from "../../core/runtime/dirty-records.js";
import { encodeLine } from "../../core/runtime/spool-line.js";
import { packPv } from "../../core/sql-store/index.js";
import { CaDecoder, type DecoderOptions } from "../../plugins/ca-sniffer/ca/decoder.js";
import { Sensor } from "../../plugins/ca-sniffer/sensor.js";
import { SourceClasses } from "../../plugins/ca-sniffer/source-classes.js";

const LIMITS = {
  maxNames: 5000,
  maxServers: 100,
  maxClients: 100,
  maxHosts: 100,
  maxApps: 100,
  maxPendingEntries: 200,
  maxRecentEntries: 200,
};
const INPUTS_PER_SECOND = 100;
/** As many as an outbox writes at once. */
const ROWS_PER_SECOND = 500;

export class FoldedSite {
  /** UTC ms; a second passes in a hundred inputs. */
  at = Date.UTC(2026, 0, 1);
  readonly inventory = new Inventory(LIMITS, {
    event: (event) => void encodeLine({ kind: "event", event }),
    history: (row) => void encodeLine(row),
  });
  readonly #records = new DirtyRecords(this.inventory);
  readonly #sensor = new Sensor("fuzz/wire", { silenceMatters: false });
  readonly #decoders: CaDecoder[] = [];
  #inputs = 0;

  /** Whoever is said to serve a name can be connected to. */
  fold(observation: Observation): void {
    if (observation.type === "answer") assert.ok(observation.server.port > 0, observation.name);
    this.inventory.fold(observation);
  }

  /** A sniffer's own decoder, before this inventory. */
  decoder(options: DecoderOptions): CaDecoder {
    const emit = (observation: Observation): boolean => {
      this.fold(observation);
      return true;
    };
    const nobody = { archiver: [], gateway: [], own: [], client: [] };
    const decoder = new CaDecoder(this.#sensor, options, {
      emitter: { emit, drained: async () => undefined },
      classes: new SourceClasses({ ignore: [], sourceClasses: nobody }),
      ports: new Set([5064, 5065]),
      unmatchedReplies: { add: () => undefined },
    });
    this.#decoders.push(decoder);
    return decoder;
  }

  /** One input has been read; every second its rows are taken, and nothing may be more than there is room for. */
  inputRead(): void {
    this.#inputs++;
    if (this.#inputs % INPUTS_PER_SECOND !== 0) {
      this.at = Math.max(this.at, this.inventory.now) + 1000 / INPUTS_PER_SECOND;
      return;
    }
    for (const decoder of this.#decoders) decoder.tick(this.at);
    this.fold(this.#sensor.report(this.at, 0, true));
    this.inventory.drainDirty(this.#records);
    for (const row of this.#records.take(ROWS_PER_SECOND).rows) {
      if (row.kind === "pv") packPv(row);
      else JSON.stringify(row);
    }
    const { pvs, servers, clients } = this.inventory.counts();
    assert.ok(pvs.total <= LIMITS.maxNames, `${pvs.total} PVs`);
    const allServers = servers.alive + servers.lost;
    assert.ok(allServers <= LIMITS.maxServers, `${allServers} servers`);
    assert.ok(clients <= LIMITS.maxClients, `${clients} clients`);
  }
}
