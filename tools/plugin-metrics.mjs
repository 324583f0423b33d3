/** What each plugin counts of itself, as it asks its host for counters and gauges when it is made as its README shows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { ROOT } from "./steps.mjs";

const compiled = (path) => import(pathToFileURL(join(ROOT, "dist", path)).href);

/** Secrets are in no README; the only ones that have to look like something are addresses. */
const SECRET = /\$\{[^}]*\}/g;
const ADDRESS = "https://example.org/";

let bare;

/** A pvmon that is never started, for its services. */
async function services(needs = {}) {
  const { createPvmon, FakeHttp, MemoryStore } = await compiled("core/testkit/index.js");
  const { HISTORY, HTTP } = await compiled("core/index.js");
  bare ??= await createPvmon("log: { level: silent }\n", {
    override: [
      [HISTORY, new MemoryStore().service],
      [HTTP, new FakeHttp()],
    ],
  });
  return Object.fromEntries(
    Object.entries(needs).map(([alias, token]) => [alias, bare.service(token)]),
  );
}

/** `{ type, name, help }` of each, in the order in which it asks for them. @param folder `plugins/ca-echo` */
export async function metricsOf(folder) {
  const { createInstance } = await compiled("core/testkit/index.js");
  const { default: plugin } = await compiled(`${folder}/index.js`);
  const readme = readFileSync(join(ROOT, folder, "README.md"), "utf8");
  const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  const [{ config = {} }] = parse(example.replaceAll(SECRET, ADDRESS))[`${plugin.kind}s`];
  const { host } = createInstance(plugin, config, await services(plugin.needs));
  // Several parts of a plugin may count into one.
  return [...new Map(host.metricNames.map((metric) => [metric.name, metric])).values()];
}
