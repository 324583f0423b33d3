/** The table: every path of the API. Router, checks, OpenAPI document and README are made from it. */
import type { Route } from "../route.js";
import { askRoutes } from "./ask.js";
import { clientRoutes } from "./clients.js";
import { eventRoutes } from "./events.js";
import { healthRoutes } from "./health.js";
import { openApiRoutes } from "./openapi.js";
import { pvRoutes } from "./pvs.js";
import { serverRoutes } from "./servers.js";
import { streamRoutes } from "./stream.js";
import { trafficRoutes } from "./traffic.js";

export const ROUTES: readonly Route[] = [
  ...healthRoutes,
  ...pvRoutes,
  ...askRoutes,
  ...serverRoutes,
  ...clientRoutes,
  ...eventRoutes,
  ...trafficRoutes,
  ...streamRoutes,
  ...openApiRoutes,
];
