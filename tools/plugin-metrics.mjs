/** What each plugin counts of itself, as it asks its host for it when it is made as its README shows; and what pvmon counts. */
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

/** A pvmon that is never started, with a detector that counts nothing of its own. */
async function barePvmon() {
  const { createPuppet, createPvmon, FakeHttp, MemoryStore } =
    await compiled("core/testkit/index.js");
  const { HISTORY, HTTP } = await compiled("core/index.js");
  bare ??= await createPvmon("log: { level: silent }\ndetectors: [{ use: puppet }]\n", {
    plugins: { puppet: createPuppet().plugin },
    override: [
      [HISTORY, new MemoryStore().service],
      [HTTP, new FakeHttp()],
    ],
  });
  return bare;
}

async function services(needs = {}) {
  const pvmon = await barePvmon();
  return Object.fromEntries(
    Object.entries(needs).map(([alias, token]) => [alias, pvmon.service(token)]),
  );
}

/** What pvmon counts of itself as a `whole`, and of each plugin that is `observing`, as `{ type, name, help }`. */
export async function ownMetricsOf() {
  const { METRICS } = await compiled("core/index.js");
  const samples = (await barePvmon()).service(METRICS).samples();
  const of = (id) => samples.filter(({ plugin }) => plugin === id);
  return { whole: of("pvmon"), observing: of("puppet") };
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
