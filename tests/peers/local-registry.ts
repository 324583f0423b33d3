/**
 * A package registry on loopback that has what is installed here and nothing else: npm installs from it as it does at a site,
 * and no packet leaves the machine.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ROOT } from "../core/repository.js";

interface LockEntry {
  readonly version?: string;
  readonly link?: boolean;
}

interface Version {
  /** A folder to pack, or a tarball. */
  readonly source: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

export class LocalRegistry {
  /** Of each package its versions. */
  readonly #packages = new Map<string, Map<string, Version>>();
  readonly #server = createServer((request, response) => {
    this.#answer(decodeURIComponent(request.url ?? "").slice(1), response);
  });

  /** @param tarball of pvmon itself, as `npm pack` made it, where it is wanted too. */
  constructor(tarball?: string) {
    const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
    for (const [path, entry] of Object.entries<LockEntry>(lock.packages)) {
      if (path === "" || entry.link === true || !path.includes("node_modules/")) continue;
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      const source = join(ROOT, path);
      const file = join(source, "package.json");
      // What is for other platforms is not installed; npm looks at it and leaves it.
      const manifest = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : entry;
      this.#add(name, { source, manifest: { ...manifest, name } });
    }
    if (tarball === undefined) return;
    const own = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    this.#add("pvmon", { source: tarball, manifest: own });
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #add(name: string, version: Version): void {
    const versions = this.#packages.get(name) ?? new Map<string, Version>();
    versions.set(String(version.manifest.version), version);
    this.#packages.set(name, versions);
  }

  #answer(path: string, response: ServerResponse): void {
    const [name = "", tarball] = path.split("/-/");
    const versions = this.#packages.get(name);
    if (versions === undefined) {
      response.writeHead(404).end("{}");
    } else if (tarball === undefined) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(this.#describe(name, versions)));
    } else {
      const { source = "" } = versions.get(tarball.replace(/\.tgz$/, "")) ?? {};
      pack(source, response);
    }
  }

  #describe(name: string, versions: ReadonlyMap<string, Version>): object {
    const all = [...versions].map(([version, { manifest }]) => {
      const dist = { tarball: `${this.url}/${name}/-/${version}.tgz` };
      return [version, { ...manifest, dist }];
    });
    const latest = [...versions.keys()].at(-1);
    return { name, "dist-tags": { latest }, versions: Object.fromEntries(all) };
  }
}

function pack(source: string, response: ServerResponse): void {
  if (source.endsWith(".tgz")) {
    createReadStream(source).pipe(response);
    return;
  }
  // npm leaves out links, as compilers make them of what they have built.
  const links = "--hard-dereference";
  const options = [links, "--exclude=./node_modules", "--transform=s,^\\.,package,"];
  const tar = spawn("tar", ["-c", "-f", "-", ...options, "-C", source, "."]);
  tar.stdout.pipe(response);
}
