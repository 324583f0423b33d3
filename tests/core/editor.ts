/** An editor's view of a YAML file: yaml-language-server itself, spoken to as editors do (Language Server Protocol over stdio). */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./repository.js";

const SERVER = join(ROOT, "node_modules/yaml-language-server/bin/yaml-language-server");

/** The catalogue of schemas is on the internet, which no test asks. */
const SETTINGS = { schemaStore: { enable: false }, validate: true, completion: true };

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

export class Editor {
  readonly #server: ChildProcessWithoutNullStreams = spawn(process.execPath, [SERVER, "--stdio"]);
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #diagnostics = new Map<string, (diagnostics: readonly Diagnostic[]) => void>();
  #received = Buffer.alloc(0);
  #nextId = 1;

  constructor() {
    this.#server.stdout.on("data", (bytes: Buffer) => this.#receive(bytes));
  }

  async start(): Promise<void> {
    const capabilities = { workspace: { configuration: true } };
    await this.#ask("initialize", { processId: process.pid, rootUri: null, capabilities });
    this.#send({ method: "initialized", params: {} });
    const settings = { yaml: SETTINGS };
    this.#send({ method: "workspace/didChangeConfiguration", params: { settings } });
  }

  /** Opens a document; answers what is wrong in it. */
  open(uri: string, text: string): Promise<readonly Diagnostic[]> {
    const told = new Promise<readonly Diagnostic[]>((resolve) => {
      this.#diagnostics.set(uri, resolve);
    });
    const textDocument = { uri, languageId: "yaml", version: 1, text };
    this.#send({ method: "textDocument/didOpen", params: { textDocument } });
    return told;
  }

  /** What it offers at a place; lines and characters count from 0. */
  async complete(uri: string, line: number, character: number): Promise<readonly string[]> {
    const params = { textDocument: { uri }, position: { line, character } };
    const { items } = (await this.#ask("textDocument/completion", params)) as {
      readonly items: readonly { readonly label: string }[];
    };
    return items.map(({ label }) => label);
  }

  stop(): void {
    this.#server.kill();
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = this.#nextId++;
    const answer = new Promise<unknown>((resolve) => {
      this.#answers.set(id, resolve);
    });
    this.#send({ id, method, params });
    return answer;
  }

  #send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const end = this.#received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const [, length] =
        /Content-Length: (\d+)/i.exec(this.#received.toString("latin1", 0, end)) ?? [];
      const from = end + 4;
      if (this.#received.length < from + Number(length)) return;
      const body = this.#received.toString("utf8", from, from + Number(length));
      this.#received = this.#received.subarray(from + Number(length));
      this.#take(JSON.parse(body) as Message);
    }
  }

  #take({ id, method, params, result }: Message): void {
    if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly Diagnostic[] };
      this.#diagnostics.get(uri)?.(diagnostics);
    } else if (method !== undefined && id !== undefined) {
      const isAboutSettings = method === "workspace/configuration";
      const { items = [] } = params as { readonly items?: readonly { readonly section: string }[] };
      const result = items.map(({ section }) => (section === "yaml" ? SETTINGS : {}));
      this.#send({ id, result: isAboutSettings ? result : null });
    } else if (id !== undefined) {
      this.#answers.get(id)?.(result);
    }
  }
}
