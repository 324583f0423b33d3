/** The web interface: static pages that ask the HTTP API, mounted beside it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineOutput, HTTP, type HttpService, type Output } from "pvmon";
import { type Config, configSchema } from "./config.js";
import { pagesListener } from "./pages-listener.js";

const PAGES = join(import.meta.dirname, "pages");

class WebUi implements Output {
  readonly #http: HttpService;
  readonly #config: Config;
  #unmount: (() => void) | undefined;

  constructor(config: Config, http: HttpService) {
    this.#config = config;
    this.#http = http;
  }

  async start(): Promise<void> {
    if (!existsSync(join(PAGES, "index.html"))) {
      throw new Error("the pages of web-ui are not built: run npm run build");
    }
    this.#unmount ??= this.#http.mount("/", pagesListener(PAGES, this.#config));
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
  create: ({ config, services }) => new WebUi(config, services.http),
});
