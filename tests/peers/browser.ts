/** Chromium, as users of pvmon's pages have it. It is driven over a pipe, and its profiles vanish with it. */
import { type Browser as Chromium, chromium } from "playwright-core";
import { BrowserPage, type Look } from "./browser-page.js";
import { browserProgram } from "./paths.js";

/**
 * Beside what the driver itself switches off (first run, background networking, updates of components). Its sandbox is off
 * too: it is that of the tests which it runs in, where it cannot make one of its own.
 */
const SWITCHES = ["--disable-gpu", "--disable-quic", "--disable-sync"];
const START_TIMEOUT_MS = 60_000;
const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

export class Browser {
  readonly #chromium: Chromium;

  private constructor(chromium: Chromium) {
    this.#chromium = chromium;
  }

  static async start(): Promise<Browser> {
    const browser = await chromium.launch({
      executablePath: browserProgram(),
      args: SWITCHES,
      chromiumSandbox: false,
      timeout: START_TIMEOUT_MS,
    });
    return new Browser(browser);
  }

  /** Opens a page as somebody would who never was here: without cookies, with nothing in the cache. */
  async open(url: string, look: Look = {}): Promise<BrowserPage> {
    const { scheme = "light", size = "desk" } = look;
    const context = await this.#chromium.newContext({
      colorScheme: scheme,
      viewport: SIZES[size],
      // Colours halfway through a transition are nobody's choice.
      reducedMotion: "reduce",
      locale: "en-GB",
      timezoneId: "UTC",
    });
    return await BrowserPage.open(context, url, { scheme, size });
  }

  async stop(): Promise<void> {
    await this.#chromium.close();
  }
}
