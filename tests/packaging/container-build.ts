/**
 * Builds a Containerfile without a container engine and without its base image: the machine's own root stands for that, seen through
 * an overlay in memory, so that each step is run as it is written and nothing outside changes. Takes root, and a sandbox, whose end
 * is the end of all that was mounted.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { type Place, type ProgramResult, runProgram } from "../peers/index.js";

const HERE: Place = { prefix: [], environment: {} };
const MOUNT_MS = 10_000;
const BASE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface BuildOptions {
  readonly containerfile: string;
  /** What COPY copies from. */
  readonly context: string;
  /** Of RUN, beside what the Containerfile says, as an engine is given it with `--env`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Programs that are others while it is built, by their paths in the image; shell scripts. */
  readonly stubs: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** A stage, and in the end what a container is started from. */
export class ContainerImage {
  readonly environment: Record<string, string> = {
    PATH: `${dirname(process.execPath)}:${BASE_PATH}`,
  };
  user = "root";
  folder = "/";
  entrypoint: readonly string[] = [];
  command: readonly string[] = [];
  healthCheck: readonly string[] = [];

  private constructor(readonly root: string) {}

  /** An image that has what this machine has. */
  static async ofThisMachine(): Promise<ContainerImage> {
    const place = mkdtempSync("/run/pvmon-image-");
    const [upper = "", work = "", root = ""] = ["upper", "work", "root"].map((name) => {
      const path = join(place, name);
      mkdirSync(path);
      return path;
    });
    const layers = `lowerdir=/,upperdir=${upper},workdir=${work}`;
    await mount("-t", "overlay", "overlay", "-o", layers, root);
    for (const path of ["tmp", "run"]) await mount("-t", "tmpfs", "tmpfs", join(root, path));
    await mount("--bind", "/proc", join(root, "proc"));
    for (const device of ["null", "zero", "urandom"]) {
      writeFileSync(join(root, "dev", device), "");
      await mount("--bind", `/dev/${device}`, join(root, "dev", device));
    }
    return new ContainerImage(root);
  }

  /** The command line that runs `command` in a container of this image, as its user and with nothing that the image does not say. */
  commandLine(command: readonly string[]): readonly string[] {
    const variables = Object.entries(this.environment).map(([name, value]) => `${name}=${value}`);
    const inFolder = ["sh", "-c", `cd "$0" && exec "$@"`, this.folder, ...command];
    return ["env", "-i", ...variables, "chroot", `--userspec=${this.user}`, this.root, ...inFolder];
  }
}

/** Answers the image of the last stage. @throws Error that names the instruction that failed. */
export async function buildImage(options: BuildOptions): Promise<ContainerImage> {
  const build = new Build(options);
  for (const { keyword, text } of instructionsOf(readFileSync(options.containerfile, "utf8"))) {
    await build.follow(keyword, text).catch((error: Error) => {
      throw new Error(`${keyword} ${text}: ${error.message}`, { cause: error });
    });
  }
  return build.image;
}

interface Instruction {
  readonly keyword: string;
  readonly text: string;
}

function instructionsOf(containerfile: string): readonly Instruction[] {
  const lines = containerfile.replace(/^#.*\n/gm, "").replace(/\\\n\s*/g, "");
  return [...lines.matchAll(/^([A-Z]+) (.+)$/gm)].map(([, keyword = "", text = ""]) => ({
    keyword,
    text,
  }));
}

class Build {
  readonly #options: BuildOptions;
  readonly #stages = new Map<string, ContainerImage>();
  #image: ContainerImage | undefined;

  constructor(options: BuildOptions) {
    this.#options = options;
  }

  get image(): ContainerImage {
    if (this.#image === undefined) throw new Error("there is no FROM before it");
    return this.#image;
  }

  async follow(keyword: string, text: string): Promise<void> {
    switch (keyword) {
      case "ARG":
      case "STOPSIGNAL":
        return;
      case "FROM":
        return await this.#begin(text);
      case "RUN":
        return await this.#run(text);
      case "COPY":
        return this.#copy(text);
      case "ENV":
        return this.#set(text);
      case "USER":
        this.image.user = text;
        return;
      case "WORKDIR":
        this.image.folder = resolve(this.image.folder, text);
        mkdirSync(this.#path("."), { recursive: true });
        return;
      case "VOLUME":
        // A volume begins with what the image has there.
        statSync(this.#path(text));
        return;
      case "HEALTHCHECK":
        this.image.healthCheck = JSON.parse(text.slice(text.indexOf("[")));
        return;
      case "ENTRYPOINT":
        this.image.entrypoint = JSON.parse(text);
        return;
      case "CMD":
        this.image.command = JSON.parse(text);
        return;
      default:
        throw new Error("no instruction that is known here");
    }
  }

  async #begin(text: string): Promise<void> {
    this.#image = await ContainerImage.ofThisMachine();
    const [, name] = / AS (\S+)$/.exec(text) ?? [];
    if (name !== undefined) this.#stages.set(name, this.#image);
    for (const [path, script] of Object.entries(this.#options.stubs)) {
      writeFileSync(this.#path(path), `#!/bin/sh\n${script}\n`);
    }
  }

  async #run(script: string): Promise<void> {
    const { environment, timeoutMs } = this.#options;
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const command = this.image.commandLine(["env", ...variables, "sh", "-c", script]);
    await runProgram(HERE, command, timeoutMs);
  }

  #copy(text: string): void {
    const [, stage, paths = ""] = /^(?:--from=(\S+) )?(.+)$/.exec(text) ?? [];
    const sources = paths.split(" ");
    const target = sources.pop() ?? "";
    const from = stage === undefined ? this.#options.context : this.#stages.get(stage)?.root;
    if (from === undefined) throw new Error(`there is no stage ${stage}`);
    for (const path of sources) {
      const source = join(from, path);
      const isInto = target.endsWith("/") && !statSync(source).isDirectory();
      const to = this.#path(isInto ? join(target, basename(path)) : target);
      cpSync(source, to, { recursive: true, verbatimSymlinks: true });
    }
  }

  #set(text: string): void {
    const [name = "", value = ""] = text.split("=", 2);
    const known = this.image.environment;
    known[name] = value.replace(/\$(\w+)/g, (_, other: string) => known[other] ?? "");
  }

  /** Where a path of the image is here. */
  #path(path: string): string {
    return join(this.image.root, resolve(this.image.folder, path));
  }
}

/** What an engine sends to be built of a folder with a `.dockerignore`. */
export function copyContext(from: string, to: string): void {
  const lines = readFileSync(join(from, ".dockerignore"), "utf8").split("\n");
  const patterns = lines.filter((line) => line !== "" && !line.startsWith("#"));
  const ignored = patterns.map((pattern) => {
    const inside = pattern.replace(/^\*\*\//, "");
    const anywhere = inside === pattern ? "^" : "(^|/)";
    return new RegExp(`${anywhere}${inside.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`);
  });
  const filter = (path: string): boolean =>
    !ignored.some((pattern) => pattern.test(relative(from, path)));
  cpSync(from, to, { recursive: true, filter });
}

async function mount(...args: readonly string[]): Promise<ProgramResult> {
  return await runProgram(HERE, ["mount", ...args], MOUNT_MS);
}
