/** What the operators of a simulated site have told pvmon: descriptions, groups, what is in maintenance, what matters. */
import type { InventoryService, OperationsService } from "../../index.js";
import type { SitePlan } from "./plan.js";

const BY = { who: "demo" };
const LOOK_PERIOD_MS = 2000;
/** What has not been heard by then never will be. */
const GIVE_UP_MS = 300_000;

export interface OperatorsParts {
  readonly plan: SitePlan;
  readonly inventory: InventoryService;
  readonly operations: OperationsService;
}

/** Looks every now and then for hosts and applications that can be described now; a site that was described stays as it is. */
export function describeSite(parts: OperatorsParts): () => void {
  const operators = new Operators(parts);
  const timer = setInterval(() => {
    if (operators.look()) clearInterval(timer);
  }, LOOK_PERIOD_MS);
  const giveUp = setTimeout(() => clearInterval(timer), GIVE_UP_MS);
  return () => {
    clearInterval(timer);
    clearTimeout(giveUp);
  };
}

export class Operators {
  readonly #parts: OperatorsParts;
  readonly #described = new Set<string>();

  constructor(parts: OperatorsParts) {
    this.#parts = parts;
  }

  /** Describes what is there and was not described yet; true when nothing is left to do. */
  look(): boolean {
    const { hosts, apps } = this.#parts.plan;
    for (const { address } of hosts) this.#once(`host ${address}`, () => this.#host(address));
    const names = [...new Set(hosts.flatMap(({ groups }) => groups))];
    for (const name of names) this.#once(`group ${name}`, () => this.#group(name));
    const scripts = apps.filter(({ version }) => version === "3.0");
    for (const { label } of scripts) this.#once(`app ${label}`, () => this.#script(label));
    return this.#described.size === hosts.length + names.length + scripts.length;
  }

  #once(what: string, describe: () => boolean): void {
    if (!this.#described.has(what) && describe()) this.#described.add(what);
  }

  #host(address: string): boolean {
    const { plan, inventory, operations } = this.#parts;
    const known = inventory.host(address);
    const host = plan.hosts.find((one) => one.address === address);
    if (known === undefined || host === undefined) return false;
    if (known.description !== "") return true;
    const options = host.mode === undefined ? {} : { [host.mode]: true };
    operations.setHost(address, { description: host.description, options }, BY);
    if (host.mode === "maintenance") {
      const text = "The modulator is being rebuilt until next week. Ask the RF group.";
      operations.note({ host: address, text }, BY);
    }
    return true;
  }

  /** Once all of its hosts are there. */
  #group(name: string): boolean {
    const { plan, inventory, operations } = this.#parts;
    if (inventory.listGroups().some((group) => group.name === name)) return true;
    // Of pvmon's own.
    if (name === "Development") return true;
    const hosts = plan.hosts
      .filter(({ groups }) => groups.includes(name))
      .map(({ address }) => address);
    if (hosts.some((host) => inventory.host(host) === undefined)) return false;
    operations.createGroup(name, hosts, BY);
    return true;
  }

  /** Programs beside IOCs have names that people use; of some nobody minds when they do not run. */
  #script(label: string): boolean {
    const { plan, inventory, operations } = this.#parts;
    const script = plan.apps.find((app) => app.label === label);
    if (script === undefined) return false;
    const app = inventory
      .host(script.address)
      ?.apps.find(({ command }) => command === `${script.image} ${script.command}`);
    if (app === undefined) return false;
    if (app.name !== null) return true;
    const critical = label === "sample robot" ? "notCritical" : "critical";
    operations.setApp(app.id, { name: label, critical }, BY);
    return true;
  }
}
