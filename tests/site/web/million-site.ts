/** A pvmon that knows a million PVs, for what has to stay quick at that size. It sends nothing: it has no probe. */
import { join } from "node:path";
import { Browser, HttpPlace, waitFor } from "../../peers/index.js";
import { PvmonProcess, URL_BASE } from "../pvmon-process.js";
import { MILLION, MILLION_STATES, writeMillionCapture } from "./million-capture.js";

const READ_MS = 60_000;

export class MillionSite {
  readonly url = URL_BASE;
  readonly pvmon: PvmonProcess;
  readonly browser: Browser;

  private constructor(pvmon: PvmonProcess, browser: Browser) {
    this.pvmon = pvmon;
    this.browser = browser;
  }

  /** With all of them known. @param outputs entries beside `http-api`, as in `{ use: web-ui }` */
  static async start({ outputs }: { readonly outputs: readonly string[] }): Promise<MillionSite> {
    const pvmon = new PvmonProcess(new HttpPlace([], {}), siteFile(outputs));
    try {
      writeMillionCapture(join(pvmon.folder, "million.pcap"), Date.now());
      await pvmon.start();
      const isRead = async () => {
        const { counts } = await pvmon.get("/api/v1/status");
        const { pvs } = counts as { pvs: { total: number; neverAnswered: number } };
        // All are asked for in the first tenth of it, and some again until its end.
        return pvs.total >= MILLION && pvs.neverAnswered >= MILLION_STATES.neverAnswered;
      };
      await waitFor("a million names are read", isRead, READ_MS);
      return new MillionSite(pvmon, await Browser.start());
    } catch (error) {
      pvmon.remove();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.browser.stop();
    // It would write a million rows first, which nobody will read.
    await this.pvmon.kill();
    this.pvmon.remove();
  }
}

function siteFile(outputs: readonly string[]): string {
  return `name: A million PVs
detectors:
  - use: ca-sniffer
    config: { source: file, file: { path: PATH/million.pcap } }
spool: { folder: PATH/spool }
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
${outputs.map((output) => `  - ${output}\n`).join("")}`;
}
