/** The laboratory of `npm run demo`, watched by a pvmon of its own, in a browser. Nothing happens in it. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SimulatedLaboratory } from "../../../core/testkit/index.js";
import { Browser, HttpPlace, waitFor } from "../../peers/index.js";
import { PvmonProcess, URL_BASE } from "../pvmon-process.js";

const DEMO = fileURLToPath(new URL("../../../../configs/demo.yml", import.meta.url));
const LEARN_MS = 90_000;

export class LaboratorySite {
  readonly url = URL_BASE;
  readonly laboratory: SimulatedLaboratory;
  readonly pvmon: PvmonProcess;
  readonly browser: Browser;

  private constructor(laboratory: SimulatedLaboratory, pvmon: PvmonProcess, browser: Browser) {
    this.laboratory = laboratory;
    this.pvmon = pvmon;
    this.browser = browser;
  }

  /** With its PVs verified, and health and heartbeats heard. */
  static async start(): Promise<LaboratorySite> {
    const site = readFileSync(DEMO, "utf8").replaceAll("../data", "PATH");
    const pvmon = new PvmonProcess(new HttpPlace([], {}), site);
    const laboratory = new SimulatedLaboratory({
      startupIndex: `${pvmon.folder}/demo-startup-files.json`,
    });
    try {
      await laboratory.prepare();
      await pvmon.start();
      await laboratory.site.start();
      const isKnown = async () => {
        const { counts } = await pvmon.get<{ readonly counts: Counts }>("/api/v1/status");
        const { total } = await pvmon.get("/api/v1/health?limit=1");
        return counts.pvs.total > 0 && counts.pvs.unverified === 0 && (total as number) > 0;
      };
      await waitFor("the laboratory is known", isKnown, LEARN_MS);
      return new LaboratorySite(laboratory, pvmon, await Browser.start());
    } catch (error) {
      await laboratory.stop();
      pvmon.remove();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.browser.stop();
    await this.pvmon.stop();
    await this.laboratory.stop();
    this.pvmon.remove();
  }
}

interface Counts {
  readonly pvs: { readonly total: number; readonly unverified: number };
}
