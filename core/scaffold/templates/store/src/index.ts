/** plugin-name: remembers in one JSON file, written anew with every batch. For small sites; it keeps no history. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { defineStore, type Row, type Store } from "pvmon";
import { isLoaded, Records } from "./records.js";

const configSchema = Type.Object(
  {
    path: Type.String({
      description: "The file; made with its folder when it is not there.",
      default: "./data/plugin-name.json",
      format: "path",
      minLength: 1,
    }),
  },
  { additionalProperties: false },
);
type Config = Static<typeof configSchema>;

class JsonStore implements Store {
  readonly #config: Config;
  #records: Records | undefined;
  #isStopped = false;

  constructor(config: Config) {
    this.#config = config;
  }

  async start(): Promise<void> {
    const { path } = this.#config;
    await mkdir(dirname(path), { recursive: true });
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "[]";
      throw error;
    });
    if (this.#isStopped) throw new Error("stopped while it started");
    this.#records = Records.parse(text, path);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#records = undefined;
  }

  async *load(): AsyncGenerator<readonly Row[]> {
    yield this.#opened().rows().filter(isLoaded());
  }

  /** All or nothing: the file is replaced by one that has everything, or stays as it is. */
  async write(rows: readonly Row[]): Promise<void> {
    const next = this.#opened().with(rows);
    const { path } = this.#config;
    await writeFile(`${path}.new`, next.text());
    await rename(`${path}.new`, path);
    if (!this.#isStopped) this.#records = next;
  }

  #opened(): Records {
    if (this.#records === undefined) throw new Error("the store is not running");
    return this.#records;
  }
}

export default defineStore({
  name: "plugin-name",
  description: "Remembers in one JSON file.",
  configSchema,
  create: ({ config }) => new JsonStore(config),
});
