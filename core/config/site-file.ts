/** Reading a site file: text to checked configuration, and mistakes to positions, also those found later by others. */
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { ErrorCode } from "../plugin/errors.js";
import { repeatedTokens, tokenTexts } from "./access-entries.js";
import { formatPath, type Path, SiteDocument } from "./document.js";
import { sharedAddresses } from "./host-entries.js";
import { ConfigError, type Problem } from "./problem.js";
import { Secrets, substituteSecrets } from "./secrets.js";
import { SECTIONS, type SiteConfig, SiteSchema } from "./site.js";
import { Validator } from "./validator.js";

type Inventory = SiteConfig["inventory"];

export interface SiteSource {
  readonly text: string;
  /** As shown in messages. */
  readonly file: string;
  /** Where relative paths start. */
  readonly folder: string;
}

/** @param site YAML text when it has a line break, otherwise the path of a file. */
export function readSource(site: string, folder = process.cwd()): SiteSource {
  if (site.includes("\n")) return { text: site, file: "site.yml", folder };
  const path = resolve(folder, site);
  try {
    return { text: readFileSync(path, "utf8"), file: basename(path), folder: dirname(path) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    const message = `the site file cannot be read (${code})`;
    throw new ConfigError([{ code: "CONFIG", file: path, line: 1, column: 1, path: "", message }]);
  }
}

/** A site file that is being checked: mistakes gather until {@link throwIfWrong}. */
export class SiteFile {
  /** As shown in messages. */
  readonly name: string;
  readonly folder: string;
  readonly secrets = new Secrets();
  readonly validator: Validator;
  readonly #document: SiteDocument;
  readonly #problems: Problem[];
  /** Paths of values that are not known because a secret is missing. */
  readonly #unknown: ReadonlySet<string>;

  constructor(source: SiteSource, env: Readonly<Record<string, string | undefined>>) {
    this.name = source.file;
    this.folder = source.folder;
    this.validator = new Validator(source.folder, this.secrets);
    this.#document = new SiteDocument(source.text, source.file);
    this.#problems = [...this.#document.problems];
    if (this.#document.broken) this.throwIfWrong();
    const sources = { env, folder: source.folder };
    const missing = substituteSecrets(this.#document, sources, this.secrets);
    this.#unknown = new Set(missing.map(({ path }) => path));
    this.#problems.push(...missing);
  }

  /**
   * The site with defaults filled in and the core's own options checked. With mistakes in it, only the plugin entries
   * that can still be understood are in their sections, so that those can be checked too.
   */
  site(): SiteConfig {
    const value = this.#value();
    this.check(SiteSchema, value, []);
    const site = value as Record<string, unknown>;
    this.#checkHosts(site);
    this.#checkTokens(site);
    for (const { section } of SECTIONS) if (!Array.isArray(site[section])) site[section] = [];
    return value as SiteConfig;
  }

  /** Fills defaults into `value` and notes its mistakes; true when there are none. */
  check(schema: object, value: unknown, base: Path): boolean {
    const mistakes = this.validator.check(schema, value, base);
    for (const { path, of, message } of mistakes) {
      if (!this.isUnknown(path)) this.problem(path, message, of);
    }
    return mistakes.length === 0;
  }

  /** A secret is missing there, which has been noted: whatever else is wrong with the value follows from that. */
  isUnknown(path: Path): boolean {
    return this.#unknown.has(formatPath(path));
  }

  problem(path: Path, message: string, of: "key" | "value" = "value", code?: ErrorCode): void {
    this.#problems.push(this.#document.problem(path, message, of, code));
  }

  /** @throws ConfigError with all that was found so far; no secret is in it. */
  throwIfWrong(): void {
    if (this.#problems.length === 0) return;
    throw new ConfigError(
      this.#problems.map((problem) => ({
        ...problem,
        path: this.secrets.hide(problem.path),
        message: this.secrets.hide(problem.message),
      })),
    );
  }

  /** An address is one of one machine: a schema cannot say that. */
  #checkHosts({ inventory }: Readonly<Record<string, unknown>>): void {
    for (const { path, message } of sharedAddresses((inventory as Partial<Inventory>)?.hosts)) {
      this.problem(["inventory", "hosts", ...path], message);
    }
  }

  /** Tokens written into the site file itself are secrets too. */
  #checkTokens({ access }: Readonly<Record<string, unknown>>): void {
    for (const token of tokenTexts(access)) this.secrets.add(token);
    for (const { path, message } of repeatedTokens(access)) {
      this.problem(["access", "tokens", ...path], message);
    }
  }

  #value(): object {
    let value: unknown;
    try {
      value = this.#document.toValue();
    } catch (error) {
      this.problem([], (error as Error).message);
      this.throwIfWrong();
    }
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      this.problem([], "the site file must be a map of options, such as name: and detectors:");
      this.throwIfWrong();
    }
    return withoutEmpty(value as object);
  }
}

/** `stores:` or `config:` with everything below it commented out means the defaults. */
function withoutEmpty(site: object): object {
  const filled = (value: object): object =>
    Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
  const sections = new Set<string>(SECTIONS.map(({ section }) => section));
  return Object.fromEntries(
    Object.entries(filled(site)).map(([key, value]) => [
      key,
      sections.has(key) && Array.isArray(value)
        ? value.map((entry) => (isObject(entry) ? filled(entry) : entry))
        : value,
    ]),
  );
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
