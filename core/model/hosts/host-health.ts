/** The latest that the monitors of hosts said of their health. */
import { formatIpv4, type Ipv4, parseIpv4 } from "../address.js";
import type { HostMetricsRead } from "../observation.js";
import { sortKeyOf } from "../pages/text-order.js";
import type { MetricsRow } from "../row.js";
import type { HostHealth } from "../views.js";

/** Nothing read for so long: the monitor, or its host, is gone. */
const LOST_AFTER_MS = 30 * 60_000;
/** Readings come every few seconds; what is lost of them in a crash is not missed. */
const STORE_EVERY_MS = 60_000;
/** What a reading may be at most: it comes from the network. */
const MAX_VALUES = 100;
const MAX_TEXT_LENGTH = 200;

export interface HealthNames {
  primaryOf(ip: Ipv4): Ipv4;
  nameOf(host: Ipv4): string | null;
}

interface HealthRecord {
  readonly source: string;
  /** The address that stands for it. */
  readonly host: Ipv4;
  readonly at: number;
  /** `at` of the reading that was last told to be stored. */
  readonly storedAt: number;
  readonly values: MetricsRow["values"];
  readonly clockOffsetSeconds: number | null;
  readonly upSeconds: number | null;
}

export class HostHealths {
  readonly #records = new Map<string, HealthRecord>();
  readonly #sources = new Map<Ipv4, Set<string>>();

  constructor(
    private readonly max: number,
    private readonly names: HealthNames,
  ) {}

  /** Whether it is to be stored; undefined when it was refused: too much in it, or too many sources. */
  fold(reading: HostMetricsRead): { readonly store: boolean } | undefined {
    const { source, at, server, values, clockOffsetSeconds, upSeconds } = reading;
    const before = this.#records.get(source);
    if (!isReasonable(source, values) || (before === undefined && !this.#hasRoom(at))) {
      return undefined;
    }
    if (before !== undefined && at < before.at) return { store: false };
    const store = before === undefined || at - before.storedAt >= STORE_EVERY_MS;
    this.#put({
      source,
      host: this.names.primaryOf(server.ip),
      at,
      storedAt: store ? at : before.storedAt,
      values: { ...values },
      clockOffsetSeconds,
      upSeconds,
    });
    return { store };
  }

  /** None was read later than now, whatever the clock said. */
  clockSet(now: number): void {
    for (const [source, record] of this.#records) {
      const { at, storedAt } = record;
      const clamped = { at: Math.min(at, now), storedAt: Math.min(storedAt, now) };
      this.#records.set(source, { ...record, ...clamped });
    }
  }

  forget(source: string): boolean {
    const record = this.#records.get(source);
    if (record === undefined) return false;
    this.#records.delete(source);
    const sources = this.#sources.get(record.host);
    sources?.delete(source);
    if (sources?.size === 0) this.#sources.delete(record.host);
    return true;
  }

  /** The sources of a host. */
  sourcesOf(host: Ipv4): readonly string[] {
    return [...(this.#sources.get(host) ?? [])];
  }

  /** What was read last of a host; null when nothing ever was. */
  ofHost(host: Ipv4, now: number): HostHealth | null {
    const [latest] = this.sourcesOf(host)
      .map((source) => this.#records.get(source)!)
      .sort((a, b) => b.at - a.at);
    return latest === undefined ? null : this.#view(latest, now);
  }

  /** By source. */
  views(now: number): readonly HostHealth[] {
    return [...this.#records.values()]
      .map((record) => ({ record, key: sortKeyOf(record.source) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ record }) => this.#view(record, now));
  }

  row(source: string): MetricsRow | undefined {
    const record = this.#records.get(source);
    if (record === undefined) return undefined;
    const { at, values, clockOffsetSeconds, upSeconds } = record;
    const host = formatIpv4(record.host);
    return { kind: "metrics", source, host, at, values, clockOffsetSeconds, upSeconds };
  }

  /** A row that makes no sense is left out, and one from before what was read since. */
  restore({ source, host, at, values, clockOffsetSeconds, upSeconds }: MetricsRow): void {
    const ip = parseIpv4(host);
    if (ip === undefined || !Number.isFinite(at) || this.#records.size >= this.max) return;
    if ((this.#records.get(source)?.at ?? Number.NEGATIVE_INFINITY) > at) return;
    if (values === null || typeof values !== "object" || !isReasonable(source, values)) return;
    this.#put({
      source,
      host: this.names.primaryOf(ip),
      at,
      storedAt: at,
      values: { ...values },
      clockOffsetSeconds: finiteOrNull(clockOffsetSeconds),
      upSeconds: finiteOrNull(upSeconds),
    });
  }

  #put(record: HealthRecord): void {
    const { source, host } = record;
    this.forget(source);
    this.#records.set(source, record);
    const sources = this.#sources.get(host);
    if (sources === undefined) this.#sources.set(host, new Set([source]));
    else sources.add(source);
  }

  /** One that is lost makes room: the first in the order of being read is the stalest. */
  #hasRoom(at: number): boolean {
    if (this.#records.size < this.max) return true;
    const [stalest] = this.#records.values();
    return stalest !== undefined && isLost(stalest, at) && this.forget(stalest.source);
  }

  #view(record: HealthRecord, now: number): HostHealth {
    const { source, host, at, clockOffsetSeconds, upSeconds, values } = record;
    const lost = isLost(record, now);
    const ageSeconds = lost ? 0 : Math.max(0, Math.floor((now - at) / 1000));
    return {
      source,
      host: formatIpv4(host),
      hostName: this.names.nameOf(host),
      at,
      lost,
      clockOffsetSeconds,
      upSeconds: upSeconds === null ? null : upSeconds + ageSeconds,
      values: { ...values },
    };
  }
}

function isLost({ at }: HealthRecord, now: number): boolean {
  return now - at > LOST_AFTER_MS;
}

function isReasonable(source: unknown, values: MetricsRow["values"]): boolean {
  const entries = Object.entries(values);
  return (
    isShortText(source) &&
    source !== "" &&
    entries.length <= MAX_VALUES &&
    entries.every(
      ([name, value]) => isShortText(name) && (Number.isFinite(value) || isShortText(value)),
    )
  );
}

function isShortText(text: unknown): boolean {
  return typeof text === "string" && text.length <= MAX_TEXT_LENGTH;
}

function finiteOrNull(value: number | null): number | null {
  return Number.isFinite(value) ? value : null;
}
