/**
 * How far each destination has been told of each rule, in a small file: what was on its way when pvmon was stopped or killed is
 * told when pvmon is back, and what had been told is not told again.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { SEVERITIES } from "pvmon";
import type { Notification, Telling, ToldAlert } from "./rules/alert.js";

/** Of each rule about states: hosts, of which a site has hundreds. */
const MAX_KNOWN = 1000;

const knownSchema = Type.Object({
  subject: Type.Object({
    kind: Type.String(),
    name: Type.String(),
    host: Type.Optional(Type.String()),
  }),
  condition: Type.String(),
  severity: Type.Union(SEVERITIES.map((severity) => Type.Literal(severity))),
  text: Type.String(),
  startedAt: Type.Number(),
  endedAt: Type.Null(),
  returns: Type.Number(),
});

const fileSchema = Type.Array(
  Type.Object({
    destination: Type.String(),
    rule: Type.String(),
    /** All that was due by then, UTC ms, was taken, given up or silenced. */
    until: Type.Number(),
    /** Of a rule about states or figures, which are in no history: what was told of and lasts. */
    known: Type.Array(Type.Unsafe<ToldAlert>(knownSchema)),
  }),
);

export type Bookmark = Static<typeof fileSchema>[number];

export class Bookmarks {
  readonly #file: string;
  readonly #failed: (error: Error | undefined) => void;
  #bookmarks = new Map<string, Bookmark>();
  #writing: Promise<void> = Promise.resolve();

  /** @param failed is called with what stands in the way of writing, and with nothing once it has gone */
  constructor(file: string, failed: (error: Error | undefined) => void) {
    this.#file = file;
    this.#failed = failed;
  }

  /**
   * Reads the file, where there is one.
   * @param now from which on a destination is told of a rule that it was not told of before, UTC ms
   * @throws Error when there is a file and it cannot be read, or is none of ours: then all is as if there were none
   */
  async open(tellings: Iterable<Telling>, now: number): Promise<void> {
    let before: readonly Bookmark[] = [];
    try {
      before = await read(this.#file);
    } finally {
      const found = new Map(before.map((bookmark) => [keyOf(bookmark), bookmark]));
      for (const { destination, rule } of tellings) {
        const key = keyOf({ destination, rule });
        this.#bookmarks.set(key, found.get(key) ?? { destination, rule, until: now, known: [] });
      }
      if (this.#bookmarks.size > 0) await this.#write();
    }
  }

  [Symbol.iterator](): Iterator<Bookmark> {
    return this.#bookmarks.values();
  }

  /** Until when the destination has been told all that there was, UTC ms. */
  until(telling: Telling): number {
    return this.#bookmarks.get(keyOf(telling))?.until ?? Number.POSITIVE_INFINITY;
  }

  /** It was taken or given up. Resolves once that is in the file, or cannot be. */
  async taken({ destination, rule, at, began, ended }: Notification): Promise<void> {
    const telling = { destination, rule: rule.name };
    const bookmark = this.#bookmarks.get(keyOf(telling));
    if (bookmark === undefined) return;
    const isOver = new Set(ended.map(({ subject }) => subject.name));
    const lasts = bookmark.known.filter(({ subject }) => !isOver.has(subject.name));
    const known = rule.events.size > 0 ? [] : [...lasts, ...began].slice(0, MAX_KNOWN);
    this.#bookmarks.set(keyOf(telling), { ...bookmark, until: at, known });
    await this.#write();
  }

  /** There was nothing to tell by then, UTC ms. Resolves as {@link taken} does. */
  async passed(telling: Telling, at: number): Promise<void> {
    const bookmark = this.#bookmarks.get(keyOf(telling));
    if (bookmark === undefined) return;
    this.#bookmarks.set(keyOf(telling), { ...bookmark, until: at });
    await this.#write();
  }

  /** Resolves once nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      try {
        await mkdir(dirname(this.#file), { recursive: true });
        const text = JSON.stringify([...this.#bookmarks.values()]);
        await writeFile(`${this.#file}.new`, `${text}\n`, { flush: true });
        await rename(`${this.#file}.new`, this.#file);
        this.#failed(undefined);
      } catch (error) {
        this.#failed(error as Error);
      }
    });
    return this.#writing;
  }
}

async function read(file: string): Promise<readonly Bookmark[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const content: unknown = JSON.parse(text);
  if (!Value.Check(fileSchema, content)) throw new Error(`${file} is not as alerts writes it`);
  return content;
}

/** Names have no spaces. */
function keyOf({ destination, rule }: Telling): string {
  return `${destination} ${rule}`;
}
