/** What has become of the search datagrams that a pvmon was sent. */
import { setTimeout as sleep } from "node:timers/promises";
import { waitFor } from "../peers/index.js";
import type { PvmonProcess } from "./pvmon-process.js";

/** Sensors report each second. */
const SETTLE_MS = 2500;
const PATIENCE_MS = 60_000;

export interface Fate {
  readonly folded: number;
  /** And counted, whoever dropped them. */
  readonly dropped: number;
}

async function sensorsOf(pvmon: PvmonProcess) {
  const { sensors } = await pvmon.get<{
    sensors: readonly { dropped: { kernel: number; queue: number } }[];
  }>("/api/v1/status");
  return sensors;
}

async function fateUntilNow(pvmon: PvmonProcess): Promise<Fate> {
  const sensors = await sensorsOf(pvmon);
  const clients = await pvmon.list("/api/v1/clients");
  return {
    folded: clients.reduce((total, { datagrams }) => total + Number(datagrams), 0),
    dropped: sensors.reduce((total, { dropped }) => total + dropped.kernel + dropped.queue, 0),
  };
}

/** Since its start, once nothing is on its way any more. */
export async function fate(pvmon: PvmonProcess): Promise<Fate> {
  let before: Fate | undefined;
  const settled = async (): Promise<Fate | undefined> => {
    // Asked while much is dropped, packets of the question would be, and count.
    await sleep(SETTLE_MS);
    const now = await fateUntilNow(pvmon);
    if (now.folded === before?.folded && now.dropped === before.dropped) return now;
    before = now;
    return undefined;
  };
  return await waitFor("pvmon has read all that was sent", settled, PATIENCE_MS);
}
