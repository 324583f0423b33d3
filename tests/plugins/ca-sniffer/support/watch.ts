/** A sniffer in a process of its own, to be run inside a network namespace: one JSON line for each observation. */
import { SystemNetwork } from "pvmon/network";
import { createInstance } from "pvmon/testkit";
import sniffer from "../../../../plugins/ca-sniffer/index.js";
import { describeObservation } from "./sniffer.js";

const clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  every: (ms: number, call: () => void) => {
    const timer = setInterval(call, ms);
    return () => clearInterval(timer);
  },
  after: (ms: number, call: () => void) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
const services = { clock, network: new SystemNetwork() };
const { instance, host } = createInstance(sniffer, JSON.parse(process.argv[2]!), services);
host.onObservation = (observation) => {
  console.log(JSON.stringify(describeObservation(observation)));
};
process.on("SIGTERM", () => void instance.stop());
await instance.start();
console.log(JSON.stringify({ type: "started" }));
