/** When silence means that an application is lost: by its own period, and only as long as pvmon could have heard it. */

import { DELIVERY_MS, LATE_MS } from "../lateness.js";
import type { AppRecord } from "./app-record.js";

export class HeartbeatSilence {
  /** Since when silence counts; Infinity while blind. */
  #watchedSince = Number.POSITIVE_INFINITY;
  /** Nothing is to be told before. */
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly lostAfterHeartbeats: number) {}

  /** When an application that sends heartbeats is lost unless one comes; undefined when it sends none or is lost already. */
  lostAt({ heartbeat }: AppRecord): number | undefined {
    if (heartbeat === undefined || heartbeat.lostAt !== null) return undefined;
    const { heardAt, expectedMs } = heartbeat.track;
    return Math.max(heardAt, this.#watchedSince) + this.lostAfterHeartbeats * expectedMs;
  }

  /**
   * When that loss is sure, as {@link lostAt}: a heartbeat may be late, and those that its period was measured by may have
   * been. By the data alone, so that live traffic and its capture say the same. A heartbeat that comes later ends a loss.
   */
  sureAt(record: AppRecord): number | undefined {
    const lostAt = this.lostAt(record);
    const doubtMs = record.heartbeat?.track.doubtMs ?? 0;
    return lostAt === undefined ? undefined : lostAt + this.lostAfterHeartbeats * doubtMs + LATE_MS;
  }

  /** After a heartbeat. */
  heard(record: AppRecord): void {
    const sureAt = this.sureAt(record);
    if (sureAt !== undefined) this.#dueAt = Math.min(this.#dueAt, sureAt + DELIVERY_MS);
  }

  /** After records came from a store. */
  restored(): void {
    this.#dueAt = Number.NEGATIVE_INFINITY;
  }

  /** Once per whole second: those that are lost and may be told of, in the order of their losses. */
  tick(at: number, blind: boolean, records: () => Iterable<AppRecord>): readonly AppRecord[] {
    if (blind) {
      this.#watchedSince = Number.POSITIVE_INFINITY;
      return [];
    }
    if (this.#watchedSince > at) {
      this.#watchedSince = at;
      this.#dueAt = at;
    }
    if (at < this.#dueAt) return [];
    this.#dueAt = Number.POSITIVE_INFINITY;
    const silent: { readonly record: AppRecord; readonly lostAt: number }[] = [];
    for (const record of records()) {
      const lostAt = this.lostAt(record);
      const sureAt = this.sureAt(record);
      if (lostAt === undefined || sureAt === undefined) continue;
      if (sureAt + DELIVERY_MS <= at) silent.push({ record, lostAt });
      else this.#dueAt = Math.min(this.#dueAt, sureAt + DELIVERY_MS);
    }
    silent.sort((a, b) => a.lostAt - b.lostAt || (a.record.id < b.record.id ? -1 : 1));
    return silent.map(({ record }) => record);
  }
}
