/** The plugin on a real server over a small site that stands still, and readers of what it says. */
import assert from "node:assert/strict";
import { createInstance, type RecordingHost } from "pvmon/testkit";
import metrics from "../../../plugins/metrics/index.js";
import { FakeSite, type RunningApi, startApi } from "../http-api/fake-site.js";
import { type RawAnswer, send } from "../http-api/requests.js";

export interface Scene {
  readonly site: FakeSite;
  readonly host: RecordingHost;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<RawAnswer>;
  stop(): Promise<void>;
}

export async function startScene(config: object = {}, site = new FakeSite()): Promise<Scene> {
  const api: RunningApi = await startApi(site);
  const { instance, host } = createInstance(metrics, config, { ...site, http: api.http });
  try {
    await instance.start();
  } catch (error) {
    await api.stop();
    throw error;
  }
  return {
    site,
    host,
    get: (path, headers = {}) => send(api.url, path, { headers }),
    stop: async () => {
      await instance.stop();
      await api.stop();
    },
  };
}

/** Series with their values, in Prometheus's own notation. */
export function seriesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, series, value] = /^(\S+(?:\{.*\})?) (\S+)$/.exec(line) ?? assert.fail(line);
      return [series!, Number(value)];
    }),
  );
}
