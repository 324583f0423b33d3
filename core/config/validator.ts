/** JSON Schema validation by ajv: defaults filled in, paths made absolute, every mistake told in words of the site file. */
import { resolve } from "node:path";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { parseIpv4 } from "../model/address.js";
import type { Path } from "./document.js";
import { Secrets } from "./secrets.js";
import { suggestion } from "./suggestion.js";

export interface Mistake {
  readonly path: Path;
  /** Whether the key or the value is wrong. */
  readonly of: "key" | "value";
  readonly message: string;
}

/**
 * Three formats beside the usual ones: `cidr` (`10.7.0.0/16`); `path`, which makes a text an absolute path, seen from the
 * folder of the site file, defaults too; and `password`, whose values are secrets, also when they stand in the site file.
 */
export class Validator {
  readonly #ajv: Ajv;
  /** By schema, each once: it takes longer than all the checking. */
  readonly #compiled = new WeakMap<object, ValidateFunction>();

  /**
   * @param folder of the site file.
   * @param secrets gets the values that must not be shown.
   */
  constructor(folder: string, secrets: Secrets = new Secrets()) {
    this.#ajv = new Ajv({
      allErrors: true,
      useDefaults: true,
      verbose: true,
      strict: false,
      validateFormats: true,
      logger: false,
      // Leaner checks take longer to make than the few that are done with them.
      code: { optimize: false },
    });
    addFormats.default(this.#ajv);
    this.#ajv.addFormat("path", true);
    this.#ajv.addFormat("cidr", isCidr);
    this.#ajv.addFormat("password", (text: string) => {
      secrets.add(text);
      return true;
    });
    // ajv's own takes leading zeros, which some read as octal numbers.
    this.#ajv.addFormat("ipv4", (text: string) => parseIpv4(text) !== undefined);
    this.#ajv.addKeyword({
      keyword: "resolvePath",
      type: "string",
      schemaType: "boolean",
      modifying: true,
      validate: (_on: boolean, value: string, _schema?: object, place?: Place) => {
        if (place === undefined) return true;
        const path = resolve(folder, value);
        place.parentData[place.parentDataProperty] = path;
        // A secret in it may not be the same text any more.
        if (secrets.hide(value) !== value && secrets.hide(path) === path) secrets.add(path);
        return true;
      },
    });
  }

  /** Why `schema` is no valid JSON Schema; undefined when it is. */
  schemaFault(schema: object): string | undefined {
    try {
      this.#compile(schema);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Fills defaults into `value` in place; answers each mistake once, with paths below `base`. */
  check(schema: object, value: unknown, base: Path = []): Mistake[] {
    const validate = this.#compile(schema);
    if (validate(value)) return [];
    const mistakes = withoutBranches(validate.errors ?? []).map((error) => describe(error, base));
    const seen = new Set<string>();
    return mistakes.filter(({ path, message }) => {
      const key = JSON.stringify([path, message]);
      return !seen.has(key) && seen.add(key);
    });
  }

  #compile(schema: object): ValidateFunction {
    const compiled = this.#compiled.get(schema) ?? this.#ajv.compile(withPathsResolved(schema));
    this.#compiled.set(schema, compiled);
    return compiled;
  }
}

interface Place {
  readonly parentData: Record<string | number, unknown>;
  readonly parentDataProperty: string | number;
}

/** A format cannot change a value, a keyword can. */
function withPathsResolved(schema: object): object {
  return JSON.parse(
    JSON.stringify(schema, (_key, part: unknown) =>
      part !== null && typeof part === "object" && "format" in part && part.format === "path"
        ? { ...part, resolvePath: true }
        : part,
    ),
  ) as object;
}

function isCidr(text: string): boolean {
  const [address = "", bits = "", ...rest] = text.split("/");
  return (
    rest.length === 0 &&
    parseIpv4(address) !== undefined &&
    /^\d{1,2}$/.test(bits) &&
    Number(bits) <= 32
  );
}

/** ajv tells the failure of every branch of a union: keep the branch that came furthest, or one line for a choice of words. */
function withoutBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const dropped = new Set<ErrorObject>();
  for (const union of unions) {
    const branches = errors.filter(
      (error) =>
        error.schemaPath.startsWith(`${union.schemaPath}/`) &&
        error.instancePath.startsWith(union.instancePath),
    );
    const depth = Math.max(...branches.map(({ instancePath }) => instancePath.length));
    const isChoice = branches.length === 0 || depth === union.instancePath.length;
    if (!isChoice) dropped.add(union);
    for (const branch of branches) {
      if (isChoice || branch.instancePath.length < depth) dropped.add(branch);
    }
  }
  return errors.filter((error) => !dropped.has(error));
}

function describe(error: ErrorObject, base: Path): Mistake {
  const path = [...base, ...steps(error.instancePath)];
  const { params, keyword } = error;
  if (keyword === "additionalProperties") {
    const key = String(params.additionalProperty);
    const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
    const message = `unknown option${suggestion(key, known)}`;
    return { path: [...path, key], of: "key", message };
  }
  if (keyword === "required") {
    return { path, of: "key", message: `"${String(params.missingProperty)}" is missing` };
  }
  return { path, of: "value", message: words(error) };
}

function words({ keyword, params, parentSchema, data, message }: ErrorObject): string {
  const branches = (parentSchema?.[keyword] ?? []) as Record<string, unknown>[];
  const choices =
    keyword === "enum"
      ? (params.allowedValues as unknown[])
      : keyword === "anyOf" || keyword === "oneOf"
        ? branches.map((branch) => branch.const)
        : [];
  if (choices.length > 0 && choices.every((choice) => choice !== undefined)) {
    const near = typeof data === "string" ? suggestion(data, choices.map(String)) : "";
    const hint = near.includes("did you mean") ? near : "";
    return `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}${hint}`;
  }
  if (keyword === "const") return `must be ${JSON.stringify(params.allowedValue)}`;
  if (keyword === "format") return `must be a valid ${String(params.format)}`;
  if (keyword === "pattern") {
    const { description } = parentSchema as { readonly description?: string };
    return `does not have the form that is wanted: ${description ?? String(params.pattern)}`;
  }
  return message ?? `breaks the rule "${keyword}"`;
}

/** JSON pointer to steps; digits are taken for indices. */
function steps(pointer: string): Path {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
