/** A copy of what users have, so that `../data` of its site files is not the data folder of the repository. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

export class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), "pvmon-installation-"));

  constructor() {
    for (const part of ["package.json", "configs", "dist/core", "dist/plugins"]) {
      mkdirSync(join(this.folder, part, ".."), { recursive: true });
      cpSync(join(REPOSITORY, part), join(this.folder, part), { recursive: true });
    }
    symlinkSync(join(REPOSITORY, "node_modules"), join(this.folder, "node_modules"));
  }

  get main(): string {
    return this.path("dist/core/main.js");
  }

  /** @param path as in the repository */
  path(path: string): string {
    return join(this.folder, path);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
