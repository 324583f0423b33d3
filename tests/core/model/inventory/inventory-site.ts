/** A small site for tests of the inventory: observations in few words, and everything an inventory says, collected. */
import type { PvmonEvent } from "../../../../core/model/event.js";
import { Inventory } from "../../../../core/model/inventory/inventory.js";
import type { InventoryOptions } from "../../../../core/model/inventory/inventory-options.js";
import type {
  AnswerSeen,
  BeaconSeen,
  SearchSeen,
  SearchUnanswered,
  SensorReport,
} from "../../../../core/model/observation.js";
import type { HistoryRow, Row, TrafficRow } from "../../../../core/model/row.js";

export const START = Date.UTC(2026, 0, 1);
export const SERVER = { ip: 0x0a070001, port: 5064 };
export const CLIENT = 0x0a070064;

export function searchSeen(
  at: number,
  names: readonly string[],
  also: Partial<SearchSeen> = {},
): SearchSeen {
  const starts = new Uint32Array(names.length);
  const ends = new Uint32Array(names.length);
  let length = 0;
  names.forEach((name, index) => {
    starts[index] = length;
    ends[index] = length + name.length;
    length += name.length + 1;
  });
  return {
    type: "searchSeen",
    at,
    client: CLIENT,
    port: 40_000,
    source: "client",
    transport: "udp",
    minorVersion: 13,
    sequence: -1,
    bytes: Uint8Array.from(`${names.join("\0")}\0`, (character) => character.charCodeAt(0)),
    count: names.length,
    starts,
    ends,
    ...also,
  };
}

export function answer(at: number, name: string, server = SERVER): AnswerSeen {
  return {
    type: "answer",
    at,
    name,
    server,
    replier: server.ip,
    minorVersion: 13,
    asker: "own",
  };
}

export function unanswered(at: number, name: string): SearchUnanswered {
  return { type: "unanswered", at, name, tries: 4, waitedMs: 2000 };
}

export function beacon(at: number, sequence: number, server = SERVER): BeaconSeen {
  return {
    type: "beacon",
    at,
    source: server.ip,
    address: 0,
    port: server.port,
    sequence,
    minorVersion: 13,
  };
}

export function sensorReport(at: number, also: Partial<SensorReport> = {}): SensorReport {
  return {
    type: "sensor",
    at,
    sensor: "sniffer/eth0",
    sees: true,
    lastPacketAt: at,
    packets: 1,
    bytes: 100,
    dropped: { kernel: 0, queue: 0 },
    ignored: 0,
    decodeErrors: {},
    ...also,
  };
}

/** An inventory with all that it ever told. */
export class WatchedInventory extends Inventory {
  readonly events: PvmonEvent[];
  readonly history: HistoryRow[];

  constructor(options: InventoryOptions = {}) {
    const events: PvmonEvent[] = [];
    const history: HistoryRow[] = [];
    super(options, {
      event: (event) => {
        events.push(event);
      },
      history: (row) => {
        history.push(row);
      },
    });
    this.events = events;
    this.history = history;
  }

  /** The newest row of everything that changed since the last call, as a store gets it, by kind and key. */
  changes(): Row[] {
    const rows: (Row | undefined)[] = [];
    this.drainDirty({
      pvs: (ids) => rows.push(...ids.take(ids.size).map((id) => this.pvRow(id))),
      server: (key) => rows.push(this.serverRow(key)),
      client: (client) => rows.push(this.clientRow(client)),
      host: (host) => rows.push(this.hostRow(host)),
      app: (id) => rows.push(this.appRow(id)),
      group: (id) => rows.push(this.groupRow(id)),
      health: (source) => rows.push(this.healthRow(source)),
    });
    return rows.filter((row) => row !== undefined);
  }

  /** Totals over all minutes told, each minute at its newest. */
  trafficTotals(): Record<string, number> {
    const newest = new Map<string, TrafficRow>();
    for (const row of this.history) {
      if (row.kind === "traffic") newest.set(`${row.minuteAt} ${row.series}`, row);
    }
    const totals: Record<string, number> = {};
    for (const { series, value } of newest.values()) totals[series] = (totals[series] ?? 0) + value;
    return totals;
  }
}
