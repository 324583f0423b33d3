/** The inputs that fuzzing begins with: real ones of every kind, and all that ever broke something. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../core/repository.js";

const CORPUS = join(ROOT, "tests/fuzz/corpus");

export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** By name, so that the same corpus gives the same mutations. */
export function readSeeds(target: string): readonly Seed[] {
  const folder = join(CORPUS, target);
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
}

/** Keeps an input that broke something; answers its path. */
export function keepInput(target: string, input: Uint8Array): string {
  const folder = join(CORPUS, target);
  mkdirSync(folder, { recursive: true });
  const sum = createHash("sha256").update(input).digest("hex").slice(0, 12);
  const file = join(folder, `broke-${sum}`);
  writeFileSync(file, input);
  return file;
}
