/** `pvmon/testkit`: what tests of plugins need, ours and a site's own. */
export { createPvmon, type Override, type Pvmon, type PvmonOptions, startPvmon } from "../pvmon.js";
export { type DetectorOptions, describeDetector } from "./conformance/detector.js";
export { describeOutput, type OutputOptions } from "./conformance/output.js";
export { describePlugin } from "./conformance/plugin.js";
export { describeProbe, type ProbeOptions } from "./conformance/probe.js";
export type { Runner } from "./conformance/runner.js";
export { describeStore, type StoreOptions } from "./conformance/store.js";
export type { PluginOptions, Trial } from "./conformance/trial.js";
export { FakeAccess, type FakeUser } from "./fake-access.js";
export { FakeClock } from "./fake-clock.js";
export { FakeHttp } from "./fake-http.js";
export { MemoryMedium } from "./memory-medium.js";
export { MemoryStore } from "./memory-store.js";
export { FakeHost } from "./network/fake-host.js";
export {
  FakeNetwork,
  type FakeNetworkOptions,
  type SentDatagram,
  type WireFaults,
} from "./network/fake-network.js";
export { createMemory, createPuppet, type Puppet } from "./puppets.js";
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
export { SimulatedIoc, type SitePorts } from "./site/simulated-ioc.js";
export {
  SimulatedLaboratory,
  type SimulatedLaboratoryOptions,
} from "./site/simulated-laboratory.js";
export { SimulatedSite, type SimulatedSiteOptions } from "./site/simulated-site.js";
export { SoftIoc, type SoftIocOptions } from "./site/soft-ioc.js";
export { type StartupIndex, startupIndexOf } from "./site/startup-index.js";
export { eventRow, pvRow, pvServer, ROW_AT, trafficRow } from "./store-rows.js";
