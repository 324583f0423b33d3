/** A pvmon that reads a capture instead of a network, and a browser beside it. It sends nothing: it has no probe. */
import { join } from "node:path";
import { Browser, HttpPlace, waitFor } from "../../peers/index.js";
import { type Item, PvmonProcess, URL_BASE } from "../pvmon-process.js";

const READ_MS = 60_000;

export interface CapturedSiteOptions {
  readonly name: string;
  /** Entries of `outputs:` beside `http-api`, as in `{ use: web-ui }`. */
  readonly outputs: readonly string[];
  /** The configuration of `http-api`. */
  readonly http?: string;
  /** Sections of the site file beside. */
  readonly more?: string;
  /** Entries of `detectors:` beside the one that reads the capture. */
  readonly detectors?: string;
  /** @param path of the file */
  writeCapture(path: string): void;
  /** @param status the answer of `/api/v1/status` */
  isRead(status: Item): boolean;
}

interface Parts {
  readonly pvmon: PvmonProcess;
  readonly browser: Browser;
}

export class CapturedSite {
  readonly url = URL_BASE;
  readonly pvmon: PvmonProcess;
  readonly browser: Browser;

  protected constructor({ pvmon, browser }: Parts) {
    this.pvmon = pvmon;
    this.browser = browser;
  }

  /** With all of it read. */
  protected static async parts(options: CapturedSiteOptions): Promise<Parts> {
    const pvmon = new PvmonProcess(new HttpPlace([], {}), siteFile(options));
    try {
      options.writeCapture(join(pvmon.folder, "site.pcap"));
      await pvmon.start();
      const isRead = async () => options.isRead(await pvmon.get("/api/v1/status"));
      await waitFor("the capture is read", isRead, READ_MS);
      return { pvmon, browser: await Browser.start() };
    } catch (error) {
      pvmon.remove();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.browser.stop();
    // It would write all its rows first, which nobody will read.
    await this.pvmon.kill();
    this.pvmon.remove();
  }
}

function siteFile(options: CapturedSiteOptions): string {
  const { name, outputs, http = "{}", more = "", detectors = "" } = options;
  return `name: ${name}
${more}detectors:
  - use: ca-sniffer
    config: { source: file, file: { path: PATH/site.pcap } }
${detectors}spool: { folder: PATH/spool }
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
    config: ${http}
${outputs.map((output) => `  - ${output}\n`).join("")}`;
}
