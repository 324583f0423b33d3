/** What a running pvmon takes of its machine, looked at from outside and in its own figures. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { allPids, statusOf } from "../../../core/network/proc.js";
import { residentMegabytes } from "../../peers/index.js";
import type { PvmonProcess } from "../pvmon-process.js";

export interface ProcessSample {
  readonly at: number;
  readonly residentMegabytes: number;
  /** Of the processes that it has started, together. */
  readonly childrenMegabytes: number;
  readonly heapMegabytes: number;
  readonly threads: number;
  /** Files, sockets and pipes that it has open. */
  readonly handles: number;
  /** Of its last minute. */
  readonly eventLoopDelayP99Ms: number;
  readonly eventLoopDelayMaxMs: number;
  readonly databaseMegabytes: number;
  readonly outboxRecords: number;
}

export async function sampleProcess(pvmon: PvmonProcess): Promise<ProcessSample> {
  const { pid } = pvmon;
  const { metrics, outboxes } = await pvmon.get<{
    metrics: readonly { plugin: string; name: string; value: number }[];
    outboxes: readonly { records: number }[];
  }>("/api/v1/status");
  const own = (name: string): number =>
    metrics.find((sample) => sample.plugin === "pvmon" && sample.name === name)?.value ??
    Number.NaN;
  return {
    at: Date.now(),
    residentMegabytes: residentMegabytes(pid),
    childrenMegabytes: childrenOf(pid).reduce((sum, child) => sum + residentMegabytes(child), 0),
    heapMegabytes: own("heap_used_bytes") / 1e6,
    threads: Number(statusOf(pid, "Threads")),
    handles: readdirSync(`/proc/${pid}/fd`).length,
    eventLoopDelayP99Ms: own("event_loop_delay_p99_seconds") * 1000,
    eventLoopDelayMaxMs: own("event_loop_delay_max_seconds") * 1000,
    databaseMegabytes: megabytesOfFiles(pvmon.folder, /^pvmon\.sqlite/),
    outboxRecords: outboxes.reduce((sum, { records }) => sum + records, 0),
  };
}

/** Of the straight line with the least squares, per hour. */
export function slopePerHour<Sample extends { readonly at: number }>(
  samples: readonly Sample[],
  figure: (sample: Sample) => number,
): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanAt, meanValue] = [mean(samples.map(({ at }) => at)), mean(samples.map(figure))];
  const covariance = mean(samples.map((one) => (one.at - meanAt) * (figure(one) - meanValue)));
  const variance = mean(samples.map(({ at }) => (at - meanAt) ** 2));
  return (covariance / variance) * 3_600_000;
}

function childrenOf(pid: number): readonly number[] {
  return allPids().filter((one) => statusOf(one, "PPid") === String(pid));
}

function megabytesOfFiles(folder: string, pattern: RegExp): number {
  const files = readdirSync(folder).filter((file) => pattern.test(file));
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) / 1e6;
}
