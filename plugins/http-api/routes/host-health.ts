/** What hosts' own monitors say: memory, processor, load, clock. */
import { Type } from "@sinclair/typebox";
import { type HostHealth, type InventoryService, isoTimes } from "pvmon";
import { why } from "../changes.js";
import { ApiError } from "../errors.js";
import { paging, partOf, pvName } from "../formats.js";
import { byWhom } from "../identity.js";
import { everyItem, filteredPage } from "../pages.js";
import { route, routeOfOne } from "../route.js";
import * as answers from "../schemas/index.js";

const healthPath = Type.Object({ source: pvName("Prefix of the PVs of a host's monitor.") });

export const hostHealthRoutes = [
  route({
    method: "GET",
    route: "/api/v1/health",
    summary: "What the hosts' own monitors say, by name of the host.",
    query: Type.Object({
      lost: Type.Optional(
        Type.Boolean({ description: "Only those that nothing was read from for long, or was." }),
      ),
      match: Type.Optional(partOf("its prefix, its host's address or name, or its architecture")),
      ...paging,
    }),
    answer: answers.page(answers.hostHealth),
    async handle({ query: { match, lost, ...page } }, { scans, services: { inventory } }) {
      const list = (query: typeof page) =>
        inventory.listHealth({ ...query, ...(lost !== undefined && { lost }) });
      if (match === undefined) return isoTimes(list(page));
      const part = match.toLowerCase();
      return isoTimes(
        await scans.run(() => filteredPage(list, (one) => mentions(one, part), page)),
      );
    },
  }),
  routeOfOne({
    method: "GET",
    route: "/api/v1/health/{source}",
    summary: "What one monitor said last.",
    path: healthPath,
    answer: answers.hostHealth,
    async handle({ path: { source } }, { services: { inventory } }) {
      return isoTimes(await requireHealth(inventory, source));
    },
  }),
  route({
    method: "DELETE",
    route: "/api/v1/health/{source}",
    summary: "Forgets the monitor; it comes back when it is seen again.",
    path: healthPath,
    query: Type.Object(why),
    answer: answers.forgotten,
    handle({ path: { source }, query: { why }, identity }, { services: { operations } }) {
      if (!operations.forgetHealth(source, byWhom(identity, why))) throw noSuchHealth();
      return { forgotten: [source] };
    },
  }),
  route({
    method: "POST",
    route: "/api/v1/health/{source}/read",
    summary: "Reads the monitor now, within the budget of its probe, and answers what it says.",
    path: healthPath,
    answer: answers.hostHealth,
    async handle({ path: { source }, signal }, { readings, services: { inventory, probes } }) {
      await requireHealth(inventory, source);
      const [outcome] = await readings.run(() => probes.run("health", [{ name: source }], signal));
      if (outcome === undefined || outcome.error !== undefined) {
        throw new ApiError("readingRefused", outcome?.error ?? "the probe said nothing");
      }
      return isoTimes(await requireHealth(inventory, source));
    },
  }),
];

function mentions({ source, host, hostName, values }: HostHealth, part: string): boolean {
  return [source, host, hostName ?? "", String(values.MACHINE ?? "")].some((text) =>
    text.toLowerCase().includes(part),
  );
}

async function requireHealth(
  inventory: Pick<InventoryService, "listHealth">,
  source: string,
): Promise<HostHealth> {
  for await (const health of everyItem((query) => inventory.listHealth(query))) {
    if (health.source === source) return health;
  }
  throw noSuchHealth();
}

function noSuchHealth(): ApiError {
  return new ApiError("notFound", "no such monitor: no host's monitor with this prefix was read");
}
