/** The wall clock of a process's machine, which a test sets while the process runs: libfaketime answers in the system's place. */
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Debian has a folder for each architecture. */
const LIBRARIES = "/usr/lib";
const LIBRARY = "faketime/libfaketimeMT.so.1";

export class SetClock {
  /** Of the processes that go by this clock. Their timers and monotonic clocks are the system's, as when a clock is set. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #folder = mkdtempSync(join(tmpdir(), "pvmon-clock-"));
  readonly #file = join(this.#folder, "offset");
  #offsetMs = 0;

  constructor() {
    this.set(0);
    this.environment = {
      LD_PRELOAD: libraryPath(),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      FAKETIME_DISABLE_SHM: "1",
    };
  }

  /** What it says, UTC ms. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** At once, for all of its processes. @param aheadMs whole seconds; below 0 it is slow */
  set(aheadMs: number): void {
    // Whole at any moment: it is read whenever somebody looks at the clock.
    const next = `${this.#file}-next`;
    writeFileSync(next, `${aheadMs < 0 ? "-" : "+"}${Math.abs(aheadMs) / 1000}`);
    renameSync(next, this.#file);
    this.#offsetMs = aheadMs;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function libraryPath(): string {
  const folders = readdirSync(LIBRARIES).map((name) => join(LIBRARIES, name));
  const found = folders.map((folder) => join(folder, LIBRARY)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error("libfaketime is missing; run: node tools/prepare.mjs peers");
}
