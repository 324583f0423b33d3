/**
 * The plugin in a process of its own, to be run inside a network namespace: one JSON line for each observation. The
 * arguments are its configuration and the servers (`ip:port`) that the inventory knows and has no application for. A
 * line of input makes it print its counters; its end stops it.
 */
import { createInterface } from "node:readline";
import { SystemNetwork } from "pvmon/network";
import { createInstance } from "pvmon/testkit";
import { SystemClock } from "../../../../core/runtime/system-clock.js";
import plugin from "../../../../plugins/ioc-heartbeat/index.js";
import { inventoryOf } from "./inventory.js";

const [config = "{}", servers = "[]"] = process.argv.slice(2);
const services = {
  clock: new SystemClock(),
  network: new SystemNetwork(),
  inventory: inventoryOf(() => JSON.parse(servers)),
};
const { instance, host } = createInstance(plugin, JSON.parse(config), services);
const say = (what: object): void => console.log(JSON.stringify(what));
host.onObservation = say;
await instance.start();
say({ type: "started" });
for await (const _ of createInterface({ input: process.stdin })) {
  say({ type: "counters", ...Object.fromEntries(host.counters) });
}
await instance.stop();
