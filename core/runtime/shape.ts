/** Whether a value is a plugin, and an instance what its kind has to be; if not, which member is wrong. */
import type { Validator } from "../config/validator.js";
import { PvmonError } from "../plugin/errors.js";
import { API_VERSION, PLUGIN_KINDS, type Plugin, type PluginKind } from "../plugin/plugin.js";

/** @throws PvmonError PLUGIN_WRONG_API_VERSION or PLUGIN_WRONG_SHAPE; `from` says where the value came from. */
export function asPlugin(value: unknown, from: string, validator: Validator): Plugin {
  if (value === null || typeof value !== "object") {
    throw wrong(from, `its default export must be an object, not ${article(value)}`);
  }
  const plugin = value as Record<string, unknown>;
  checkApiVersion(plugin.apiVersion, from);
  member(plugin, from, "kind", `one of ${PLUGIN_KINDS.join(", ")}`, (kind) =>
    (PLUGIN_KINDS as readonly unknown[]).includes(kind),
  );
  member(plugin, from, "name", "a text", isText);
  member(plugin, from, "description", "a text", isText);
  member(plugin, from, "configSchema", "a JSON Schema of an object", isObject);
  member(plugin, from, "create", "a function", isFunction);
  if (plugin.needs !== undefined) {
    const isNeeds = (needs: unknown) => isObject(needs) && Object.values(needs).every(isToken);
    member(plugin, from, "needs", "an object of tokens", isNeeds);
  }
  if (plugin.provides !== undefined) member(plugin, from, "provides", "a token", isToken);
  for (const name of ["diagnose", "backup"]) {
    if (plugin[name] !== undefined) member(plugin, from, name, "a function", isFunction);
  }
  const fault = validator.schemaFault(plugin.configSchema as object);
  if (fault !== undefined) throw wrong(from, `its configSchema is no valid JSON Schema: ${fault}`);
  return value as Plugin;
}

/** @throws PvmonError PLUGIN_WRONG_API_VERSION */
export function checkApiVersion(version: unknown, from: string): void {
  if (version === undefined) throw wrong(from, `it has no member "apiVersion"`);
  if (version !== API_VERSION) {
    const message = `${from} was made for plugin API version ${String(version)}; this pvmon takes version ${API_VERSION}`;
    throw new PvmonError("PLUGIN_WRONG_API_VERSION", message);
  }
}

/** What `create` answered. @throws PvmonError PLUGIN_WRONG_SHAPE */
export function checkInstance(instance: unknown, plugin: Plugin): void {
  const from = `plugin "${plugin.name}"`;
  if (!isObject(instance)) throw wrong(from, `create() answered ${article(instance)}`);
  const members = instance as Record<string, unknown>;
  for (const name of ["start", "stop", ...METHODS[plugin.kind]]) {
    member(members, from, name, "a function", isFunction);
  }
  if (plugin.kind === "probe") member(members, from, "purpose", "a text", isText);
  if (plugin.provides !== undefined) {
    const wanted = `there, because the plugin provides ${plugin.provides.name}`;
    member(members, from, "service", wanted, (service) => service !== undefined);
  }
}

const METHODS: Readonly<Record<PluginKind, readonly string[]>> = {
  detector: [],
  probe: ["probe"],
  store: ["load", "write"],
  output: [],
};

function member(
  of: Readonly<Record<string, unknown>>,
  from: string,
  name: string,
  wanted: string,
  test: (value: unknown) => boolean,
): void {
  const value = of[name];
  if (test(value)) return;
  throw wrong(
    from,
    value === undefined
      ? `it has no member "${name}"; it must be ${wanted}`
      : `its member "${name}" must be ${wanted}, not ${article(value)}`,
  );
}

function wrong(from: string, what: string): PvmonError {
  return new PvmonError("PLUGIN_WRONG_SHAPE", `${from} is not a plugin: ${what}`);
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isFunction = (value: unknown): boolean => typeof value === "function";
const isObject = (value: unknown): value is object => value !== null && typeof value === "object";
const isToken = (value: unknown): boolean =>
  isObject(value) && "symbol" in value && typeof value.symbol === "symbol";

function article(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
