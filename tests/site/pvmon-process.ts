/** pvmon as its users run it: a process with a site file, asked over HTTP, on one host of a test network or in the sandbox itself. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type HttpAnswer,
  type HttpPlace,
  type HttpText,
  Program,
  runProgram,
  waitFor,
} from "../peers/index.js";

export const MAIN = fileURLToPath(new URL("../../core/main.js", import.meta.url));
const START_TIMEOUT_MS = 30_000;
/** Where every pvmon of these tests answers, on its own host. */
export const URL_BASE = "http://127.0.0.1:5073";

const ASKS_OR_STREAMS = /channel-info|cainfo|caget|stream/;
/** Parameters that a page insists on. */
const NEEDED: Readonly<Record<string, string>> = {
  "/api/v1/traffic": "?series=searchDatagrams",
  "/api/v1/traffic/top": "?by=client",
};

export interface Item {
  readonly [member: string]: unknown;
}

export interface ListAnswer {
  readonly items: readonly Item[];
  readonly total: number;
  readonly next: string | null;
}

export interface StartOptions {
  /** Until it is ready. */
  readonly timeoutMs?: number;
  /** Of this run, on top of what the host says. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Of Node. Without any, failures are told with the lines of the sources. */
  readonly nodeOptions?: readonly string[];
}

export class PvmonProcess {
  readonly folder = mkdtempSync(join(tmpdir(), "pvmon-site-"));
  readonly #host: HttpPlace;
  readonly #site: string;
  readonly #main: string;
  #program: Program | undefined;

  /** @param site text of a site file, in which `PATH` is replaced by the folder; without a line break the path of one. */
  constructor(host: HttpPlace, site: string, main = MAIN) {
    this.#host = host;
    this.#main = main;
    if (!site.includes("\n")) {
      this.#site = site;
      return;
    }
    this.#site = join(this.folder, "site.yml");
    this.configure(site);
  }

  /** Path of its site file. */
  get site(): string {
    return this.#site;
  }

  /** Another site file, from the next start on. */
  configure(site: string): void {
    writeFileSync(this.#site, site.replaceAll("PATH", this.folder));
  }

  async start({
    timeoutMs = START_TIMEOUT_MS,
    environment = {},
    nodeOptions = ["--enable-source-maps"],
  }: StartOptions = {}): Promise<void> {
    const { prefix, environment: common } = this.#host;
    this.#program = new Program({ prefix, environment: { ...common, ...environment } }, [
      process.execPath,
      ...nodeOptions,
      this.#main,
      "--config",
      this.#site,
    ]);
    const { errors } = this.#program;
    const ready = async () => {
      const answer = await this.#host.fetchJson(`${URL_BASE}/readyz`).catch(() => undefined);
      return answer?.status === 200;
    };
    await waitFor("pvmon is ready", ready, timeoutMs).catch((error: Error) => {
      throw new Error(`${error.message}\n${errors.slice(-20).join("\n")}`);
    });
  }

  /** @throws when it does not run. */
  get pid(): number {
    if (this.#program === undefined) throw new Error("pvmon does not run");
    return this.#program.pid;
  }

  /** What it wrote to standard error. */
  get log(): readonly string[] {
    return this.#program?.errors ?? [];
  }

  /** Any answer, whatever its status. */
  async ask(path: string): Promise<HttpAnswer> {
    return await this.#host.fetchJson(`${URL_BASE}${path}`);
  }

  /** An answer that is no JSON. */
  async text(path: string): Promise<HttpText> {
    return await this.#host.fetchText(`${URL_BASE}${path}`);
  }

  async get<Answer extends object = Item>(path: string): Promise<Answer> {
    const { status, body } = await this.ask(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body as Answer;
  }

  /** All pages of a list. */
  async list(path: string): Promise<readonly Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const join = path.includes("?") ? "&" : "?";
      const page: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await this.get<ListAnswer>(`${path}${join}limit=1000${page}`);
      items.push(...answer.items);
      cursor = answer.next;
    }
    return items;
  }

  async post(path: string, body: object = {}): Promise<Item> {
    return await this.#change("POST", path, body);
  }

  async patch(path: string, body: object): Promise<Item> {
    return await this.#change("PATCH", path, body);
  }

  async delete(path: string): Promise<Item> {
    return await this.#change("DELETE", path);
  }

  /**
   * Every page of the API that can be read without anything being asked of the network, as the API's own document has
   * them; the stream, which has no end, is left out.
   * @param values of the parameters in their paths; `groups/id` is that of an `id` after `groups`
   */
  async pages(values: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const { paths } = await this.get<{
      paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
    }>("/api/openapi.json");
    return Object.entries(paths)
      .filter(([path, { get }]) => get !== undefined && !ASKS_OR_STREAMS.test(path))
      .map(([path]) => {
        const filled = path.replace(/(\w+)\/\{(\w+)\}/g, (_, before: string, name: string) => {
          const value = values[`${before}/${name}`] ?? values[name];
          if (value === undefined) throw new Error(`${path}: no value for ${name}`);
          return `${before}/${encodeURIComponent(value)}`;
        });
        return filled + (NEEDED[path] ?? "");
      });
  }

  /** Until its sniffer hears, which is a moment after it is ready. */
  async listens(): Promise<void> {
    const hears = async () => {
      const sensors = (await this.get("/api/v1/status")).sensors as readonly { id: string }[];
      return sensors.some(({ id }) => id.startsWith("ca-sniffer/"));
    };
    await waitFor("pvmon listens", hears, START_TIMEOUT_MS);
  }

  /** A counter of one plugin, as `/api/v1/status` reports it. */
  async counter(plugin: string, name: string): Promise<number> {
    const { metrics } = await this.get<{
      metrics: readonly { plugin: string; name: string; value: number }[];
    }>("/api/v1/status");
    return metrics.find((sample) => sample.plugin === plugin && sample.name === name)?.value ?? 0;
  }

  async #change(method: string, path: string, content?: object): Promise<Item> {
    const { status, body } = await this.#host.fetchJson(`${URL_BASE}${path}`, {
      method,
      ...(content !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(content),
      }),
    });
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body as Item;
  }

  /** SIGTERM; rejects when it does not end well. */
  async stop(): Promise<void> {
    const program = this.#program;
    this.#program = undefined;
    if (program === undefined) return;
    const { code, errors } = await program.stop("SIGTERM");
    if (code !== 0) throw new Error(`pvmon ended with ${code}: ${errors.slice(-20).join("\n")}`);
  }

  async kill(): Promise<void> {
    this.#program?.kill();
    await this.#program?.end(5000);
    this.#program = undefined;
  }

  /** It stands still, its connections open, until {@link resume}. */
  pause(): void {
    this.#program?.signal("SIGSTOP");
  }

  resume(): void {
    this.#program?.signal("SIGCONT");
  }

  remove(): void {
    this.#program?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** `pvmon replay`, its answer parsed. */
export async function replay(
  capture: string,
  site: string,
): Promise<Record<string, readonly Item[]>> {
  const folder = mkdtempSync(join(tmpdir(), "pvmon-replay-"));
  try {
    const file = join(folder, "replay.yml");
    const answer = join(folder, "answer.json");
    writeFileSync(file, site);
    const here = { prefix: [], environment: {} };
    const command = `"$0" "$1" replay "$2" --config "$3" > "$4"`;
    const { code, errors } = await runProgram(
      here,
      ["sh", "-c", command, process.execPath, MAIN, capture, file, answer],
      60_000,
    );
    if (code !== 0) throw new Error(`replay ended with ${code}: ${errors.join("\n")}`);
    return JSON.parse(readFileSync(answer, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
