/** Whether pvmon is well: for load balancers and supervisors, and in full for people. */
import { isoTimes } from "pvmon";
import { ApiError } from "../errors.js";
import { route } from "../route.js";
import * as answers from "../schemas/index.js";

export const statusRoutes = [
  route({
    method: "GET",
    route: "/healthz",
    role: "anybody",
    summary: "200 while every required plugin works, 503 when one has failed.",
    answer: answers.ok,
    handle(_request, { services: { status } }) {
      if (status.status() !== "failed") return { status: "ok" as const };
      throw new ApiError("failed", "a required plugin has failed: see /api/v1/status");
    },
  }),
  route({
    method: "GET",
    route: "/readyz",
    role: "anybody",
    summary: "200 once the stored state is loaded, 503 before.",
    answer: answers.ok,
    handle(_request, { services: { status } }) {
      if (status.ready()) return { status: "ok" as const };
      throw new ApiError("notReady", "the stored state is still being loaded");
    },
  }),
  route({
    method: "GET",
    route: "/api/v1/status",
    summary: "How pvmon is: plugins, sensors, stores, and what it counts.",
    answer: answers.status,
    handle(_request, { clock, services: { status, inventory, metrics } }) {
      const { name, version, startedAt } = status;
      return {
        ...isoTimes({ name, version, startedAt }),
        uptimeSeconds: Math.max(0, (clock.now() - startedAt) / 1000),
        status: status.status(),
        ready: status.ready(),
        blind: inventory.blind(),
        plugins: isoTimes(status.plugins()),
        sensors: isoTimes(inventory.sensors()),
        counts: inventory.counts(),
        rates: inventory.rates(),
        storm: isoTimes(inventory.storm()),
        outboxes: isoTimes(status.outboxes()),
        metrics: metrics.samples(),
      };
    },
  }),
  route({
    method: "GET",
    route: "/api/v1/configuration",
    role: "admin",
    summary: "The configuration that is in force, as YAML, defaults filled in and secrets hidden.",
    answer: answers.configuration,
    handle: (_request, { services: { status } }) => status.configuration(),
  }),
];
