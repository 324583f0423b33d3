/** One process on a host that asks HTTP servers for whoever tests them: starting one for each question takes longer than the answers. */
import { type Place, Program } from "./program.js";

const TIMEOUT_MS = 30_000;

/** Each request has a connection of its own: a server that is restarted has none of before. */
const SCRIPT = `
  import { request } from "node:http";
  import { createInterface } from "node:readline";
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, url, method, headers, body } = JSON.parse(line);
    const reply = (fields) => console.log("@reply " + id + " " + JSON.stringify(fields));
    const fail = ({ message }) => reply({ error: message });
    const asked = request(url, { method, headers, agent: false }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk)).on("error", fail);
      answer.on("end", () => reply({ status: answer.statusCode, body: Buffer.concat(chunks).toString() }));
    });
    asked.on("error", fail).end(body);
  }`;

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpText {
  readonly status: number;
  readonly body: string;
}

export class HttpAsker {
  readonly #program: Program;
  #requests = 0;

  constructor(on: Place) {
    this.#program = new Program(on, [process.execPath, "--input-type=module", "--eval", SCRIPT]);
    this.#program.unref();
  }

  get isRunning(): boolean {
    return this.#program.isRunning;
  }

  /** Rejects when there is no whole answer. */
  async ask(url: string, request: HttpRequest = {}): Promise<HttpText> {
    const id = ++this.#requests;
    this.#program.write(JSON.stringify({ id, url, ...request }));
    const [, json] = await this.#program.line(new RegExp(`^@reply ${id} (.*)`), TIMEOUT_MS);
    const reply = JSON.parse(json!) as HttpText & { readonly error?: string };
    if (reply.error !== undefined) throw new Error(`${url}: ${reply.error}`);
    return reply;
  }
}
