/** The table: every path of the API. Router, checks, OpenAPI document and README are made from it. */
import { downloadable } from "../downloads.js";
import type { Route } from "../route.js";
import { appRoutes } from "./apps.js";
import { askRoutes } from "./ask.js";
import { changeRoutes } from "./changes.js";
import { channelRoutes } from "./channels.js";
import { clientRoutes } from "./clients.js";
import { eventRoutes } from "./events.js";
import { groupRoutes } from "./groups.js";
import { heartbeatRoutes } from "./heartbeats.js";
import { hostHealthRoutes } from "./host-health.js";
import { hostRoutes } from "./hosts.js";
import { logRoutes } from "./logs.js";
import { openApiRoutes } from "./openapi.js";
import { pvRoutes } from "./pvs.js";
import { serverRoutes } from "./servers.js";
import { sessionRoutes } from "./session.js";
import { statusRoutes } from "./status.js";
import { streamRoutes } from "./stream.js";
import { trafficRoutes } from "./traffic.js";
import { v10Routes } from "./v10.js";

const ROWS: readonly Route[] = [
  ...statusRoutes,
  ...sessionRoutes,
  ...pvRoutes,
  ...askRoutes,
  ...serverRoutes,
  ...hostRoutes,
  ...appRoutes,
  ...heartbeatRoutes,
  ...groupRoutes,
  ...hostHealthRoutes,
  ...clientRoutes,
  ...eventRoutes,
  ...logRoutes,
  ...changeRoutes,
  ...trafficRoutes,
  ...streamRoutes,
  ...v10Routes,
  ...channelRoutes,
  ...openApiRoutes,
];

export const ROUTES: readonly Route[] = ROWS.map(downloadable);
