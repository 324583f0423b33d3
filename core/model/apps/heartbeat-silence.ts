/** When silence means that an application is lost: by its own period, and only as long as pvmon could have heard it. */

import { LATE_MS, TOLD_AFTER_MS } from "../lateness.js";
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
   * Whether it was lost by `at`, by the data alone, so that live traffic and its capture say the same. A heartbeat may be
   * late; one that comes later ends a loss.
   */
  isLost(record: AppRecord, at: number): boolean {
    const lostAt = this.lostAt(record);
    return lostAt !== undefined && lostAt + LATE_MS < at;
  }

  /** After a heartbeat. */
  heard(record: AppRecord): void {
    const lostAt = this.lostAt(record);
    if (lostAt !== undefined) this.#dueAt = Math.min(this.#dueAt, lostAt + TOLD_AFTER_MS);
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
      if (lostAt === undefined) continue;
      if (lostAt + TOLD_AFTER_MS <= at) silent.push({ record, lostAt });
      else this.#dueAt = Math.min(this.#dueAt, lostAt + TOLD_AFTER_MS);
    }
    silent.sort((a, b) => a.lostAt - b.lostAt || (a.record.id < b.record.id ? -1 : 1));
    return silent.map(({ record }) => record);
  }
}
