/** `pvmon/testkit`: what tests of plugins need, ours and a site's own. */
export { createPvmon, type Override, type Pvmon, type PvmonOptions, startPvmon } from "../pvmon.js";
export { FakeAccess, type FakeUser } from "./fake-access.js";
export { FakeClock } from "./fake-clock.js";
export { MemoryMedium } from "./memory-medium.js";
export { MemoryStore } from "./memory-store.js";
export { createInstance, RecordingHost } from "./recording-host.js";
export { DnsResponder, type Reply } from "./site/dns-responder.js";
export { HAPPENINGS, type Happening, STORY_SECONDS, tellStory } from "./site/happenings.js";
export { type LaboratoryOptions, planLaboratory } from "./site/laboratory.js";
export {
  type AppPlan,
  type ClientPlan,
  type HealthPlan,
  type HostPlan,
  type IocPlan,
  type PlanOptions,
  planSite,
  type SitePlan,
} from "./site/plan.js";
export {
  SimulatedLaboratory,
  type SimulatedLaboratoryOptions,
} from "./site/simulated-laboratory.js";
export { SimulatedSite, type SimulatedSiteOptions } from "./site/simulated-site.js";
export { type StartupIndex, startupIndexOf } from "./site/startup-index.js";
export { type StoreConformance, storeConformance } from "./store-conformance.js";
export { eventRow, pvRow, pvServer, ROW_AT, trafficRow } from "./store-rows.js";
