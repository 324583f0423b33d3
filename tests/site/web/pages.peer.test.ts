/** Every page of web-ui, on a site that has all that it can show. */

import { HOSTILE_PVS } from "./hostile.js";
import { HOSTILE_CLIENT, HOSTILE_HOST } from "./hostile-peers.js";
import { checkPages } from "./page-checks.js";
import { WebSite } from "./web-site.js";

const SERVER = `${HOSTILE_HOST}:25064`;

describe("the pages of web-ui", function () {
  this.timeout(180_000);
  let site: WebSite;

  before(async () => {
    site = await WebSite.start({ outputs: ["{ use: web-ui }"] });
  });
  after(() => site?.stop());

  checkPages(
    () => site,
    [
      { path: "/", heading: "Overview" },
      { path: "/hosts", heading: "Hosts" },
      { path: `/host?host=${HOSTILE_HOST}`, heading: /./ },
      { path: "/servers", heading: "Servers" },
      { path: `/server?server=${SERVER}`, heading: SERVER },
      { path: "/pvs", heading: "PVs" },
      { path: `/pv?name=${encodeURIComponent(HOSTILE_PVS[0]!)}`, heading: /./ },
      { path: "/clients", heading: "Clients" },
      { path: `/client?client=${HOSTILE_CLIENT}`, heading: /./ },
      { path: "/requests", heading: "Latest requests" },
      { path: "/events", heading: "Events" },
      { path: "/logs", heading: "Log" },
      { path: "/groups", heading: "Groups" },
      { path: "/beacons", heading: "Beacons" },
      { path: "/heartbeats", heading: "Heartbeats" },
      { path: "/linux-monitor", heading: "Linux monitor" },
      { path: "/traffic", heading: "Traffic" },
      { path: "/changes", heading: "Changes" },
      { path: "/system", heading: "System" },
      { path: "/log-in", heading: "Log in" },
    ],
  );
});
