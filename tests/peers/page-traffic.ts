/** What a page says to the console and exchanges with servers, recorded from before its first byte. */
import type { CDPSession, Page } from "playwright-core";

/** Of a request that the page itself gave up, such as a stream that it closed. */
const ABORTED = "net::ERR_ABORTED";

export class PageTraffic {
  readonly troubles: string[] = [];
  /** Of each request. A stream has no end, so that its parts count as they come. */
  readonly #bytes = new Map<string, number>();
  /** Of each request, what it asks for. */
  readonly #urls = new Map<string, string>();

  private constructor(page: Page, cdp: CDPSession, origin: string) {
    page.on("console", (message) => {
      const type = message.type();
      if (type !== "error" && type !== "warning") return;
      this.troubles.push(`console ${type}: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => this.troubles.push(`script error: ${error.message}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol === "data:" || url.protocol === "blob:" || url.origin === origin) return;
      this.troubles.push(`request to another origin: ${url}`);
    });
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      if (why !== ABORTED) this.troubles.push(`request failed (${why}): ${request.url()}`);
    });
    cdp.on("Network.requestWillBeSent", ({ requestId, request }) => {
      this.#urls.set(requestId, request.url);
    });
    cdp.on("Network.responseReceived", ({ requestId, response }) => {
      this.#bytes.set(requestId, response.encodedDataLength);
    });
    cdp.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
      this.#bytes.set(requestId, (this.#bytes.get(requestId) ?? 0) + encodedDataLength);
    });
    cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      this.#bytes.set(requestId, encodedDataLength);
    });
  }

  static async watch(page: Page, origin: string): Promise<PageTraffic> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Network.enable");
    return new PageTraffic(page, cdp, origin);
  }

  /** What is asked for again counts once: a page refreshes itself, and on a busy machine before it is shown. */
  get bytes(): number {
    const byUrl = new Map<string, number>();
    for (const [requestId, bytes] of this.#bytes) {
      const url = this.#urls.get(requestId) ?? requestId;
      byUrl.set(url, Math.max(bytes, byUrl.get(url) ?? 0));
    }
    return [...byUrl.values()].reduce((total, bytes) => total + bytes, 0);
  }
}
