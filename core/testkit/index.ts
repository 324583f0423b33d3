/** `pvmon/testkit`: what tests of plugins need, ours and a site's own. */
export { createPvmon, type Override, type Pvmon, type PvmonOptions, startPvmon } from "../pvmon.js";
export { FakeClock } from "./fake-clock.js";
export { createInstance, RecordingHost } from "./recording-host.js";
export { eventRow, pvRow, type StoreConformance, storeConformance } from "./store-conformance.js";
