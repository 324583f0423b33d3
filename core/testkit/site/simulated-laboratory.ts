/**
 * A laboratory at work, with all that a pvmon beside it may ask: its network, its name server, the index of its start-up
 * files, its operators, and the story of what happens there. On the ports of configs/demo.yml unless told otherwise.
 */
import type { InventoryService, OperationsService } from "../../index.js";
import { DnsResponder } from "./dns-responder.js";
import { tellStory } from "./happenings.js";
import { type LaboratoryOptions, planLaboratory } from "./laboratory.js";
import { describeSite } from "./operators.js";
import type { SitePlan } from "./plan.js";
import { SimulatedSite, type SimulatedSiteOptions } from "./simulated-site.js";
import { startupIndexOf, writeStartupIndex } from "./startup-index.js";

/** The seed, the size and the speed of a laboratory, and its ports. */
export interface SimulatedLaboratoryOptions
  extends LaboratoryOptions,
    Pick<SimulatedSiteOptions, "searchPort" | "beaconPort" | "heartbeatPort" | "speed"> {
  /** Of its name server, on 127.0.0.1. Default 25053. */
  readonly nameServerPort?: number;
  /** Path of the index of start-up files that is written; none without it. */
  readonly startupIndex?: string;
}

/** Less than in life, 15 s and 30 s, so that a loss is told half a minute after a death, not after one and a half. */
const PERIODS = { beaconPeriodMs: 6_000, heartbeatPeriodMs: 10_000 };

export class SimulatedLaboratory {
  readonly plan: SitePlan;
  readonly site: SimulatedSite;
  readonly #options: SimulatedLaboratoryOptions;
  #names: DnsResponder | undefined;
  readonly #ends: (() => void)[] = [];

  constructor(options: SimulatedLaboratoryOptions = {}) {
    this.#options = options;
    this.plan = planLaboratory(options);
    this.site = new SimulatedSite({ ...options, plan: this.plan, ...PERIODS });
  }

  /**
   * What has to be there before pvmon is: the name server and the index. Then start pvmon, and the `site` last, so that
   * the first searches are heard, which answered names never repeat. Rejects with the system's error.
   */
  async prepare(): Promise<void> {
    const { nameServerPort = 25_053, startupIndex } = this.#options;
    if (startupIndex !== undefined)
      await writeStartupIndex(startupIndex, startupIndexOf(this.plan));
    const names = await DnsResponder.start(nameServerPort);
    this.#names = names;
    for (const { address, name } of [...this.plan.hosts, ...this.plan.clients]) {
      if (name !== undefined) names.replies.set(address, [`${name}.example.org`]);
    }
  }

  /** Its operators describe in pvmon what pvmon has found. */
  describe(inventory: InventoryService, operations: OperationsService): void {
    this.#ends.push(describeSite({ plan: this.plan, inventory, operations }));
  }

  /** From now on things happen. @param say hears of each, in words for people */
  tellStory(say: (text: string) => void): void {
    this.#ends.push(tellStory(this.site, say, this.#options.speed));
  }

  /** Ends everything. Safe at any time, and twice. */
  async stop(): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    await this.site.stop();
    this.#names?.stop();
    this.#names = undefined;
  }
}
