/** The web interface: static pages that ask the HTTP API, mounted beside it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineOutput, HTTP, type HttpService, type Output } from "pvmon";
import { configSchema } from "./config.js";
import { type Listener, pagesListener } from "./pages-listener.js";

const PAGES = join(import.meta.dirname, "pages");

class WebUi implements Output {
  readonly #http: HttpService;
  readonly #pages: Listener;
  #unmount: (() => void) | undefined;

  constructor(http: HttpService, pages: Listener) {
    this.#http = http;
    this.#pages = pages;
  }

  async start(): Promise<void> {
    this.#unmount ??= this.#http.mount("/", this.#pages);
  }

  async stop(): Promise<void> {
    this.#unmount?.();
    this.#unmount = undefined;
  }
}

export default defineOutput({
  name: "web-ui",
  description: "Shows what pvmon knows in a browser",
  configSchema,
  needs: { http: HTTP },
  create({ config, services }) {
    if (!existsSync(join(PAGES, "index.html"))) {
      throw new Error("the pages of web-ui are not built: run npm run build");
    }
    return new WebUi(services.http, pagesListener(PAGES, config));
  },
});
