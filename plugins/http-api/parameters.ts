/** Checks what came with a request against the row's schemas, and says in words which parameter is wrong and why. */
import { type TProperties, type TSchema, Type } from "@sinclair/typebox";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { ApiError } from "./errors.js";
import { FORMATS, type Format } from "./formats.js";
import type { Route } from "./route.js";

/** Of the rows, whose schemas TypeBox made: to check those too would hold up the first request. */
const ajv = new Ajv({ useDefaults: true, validateSchema: false });
for (const [name, { validate }] of Object.entries(FORMATS)) ajv.addFormat(name, validate);

export interface Checks {
  /** They decode, fill in defaults, and throw {@link ApiError}. */
  path(parameters: Readonly<Record<string, string>>): Readonly<Record<string, unknown>>;
  query(search: string): Readonly<Record<string, unknown>>;
  body(body: unknown): unknown;
}

export function checksOf({ path, query, body }: Route): Checks {
  const checkPath = compile(path ?? Type.Object({}));
  const checkQuery = compile({ ...(query ?? Type.Object({})), additionalProperties: false });
  const checkBody = compile(body ?? {});
  return {
    path: (parameters) => checkPath(readPath(parameters, path?.properties ?? {})),
    query: (search) => checkQuery(readQuery(search, query?.properties ?? {})),
    body: checkBody,
  };
}

function readPath(
  parameters: Readonly<Record<string, string>>,
  properties: TProperties,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, text]) => [
      name,
      readValue(text, properties[name]?.type),
    ]),
  );
}

/** The parameters of a query string without its `?`. Throws when one comes twice, or cannot be decoded. */
function readQuery(search: string, properties: TProperties): Record<string, unknown> {
  const parameters: Record<string, unknown> = Object.create(null);
  for (const pair of search.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const text = equals < 0 ? "" : decode(pair.slice(equals + 1));
    if (name in parameters) {
      throw new ApiError("badParameter", `${shown(name)} is given twice`, shown(name));
    }
    parameters[name] = readValue(text, properties[name]?.type);
  }
  return parameters;
}

/** Text that is not of the type stays text, which the check then refuses. (ajv's own coercion lets `1e999` through every limit.) */
function readValue(text: string, type: unknown): unknown {
  if (type === "array") return text.split(",");
  if (type === "integer" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  return text;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new ApiError("malformedUrl", "the query has a % that is not percent-encoded UTF-8");
  }
}

/** Compiled when it is first needed: all of them together take a large part of a second. */
function compile(schema: TSchema | object): <T>(data: T) => T {
  let validate: ValidateFunction | undefined;
  return (data) => {
    validate ??= ajv.compile(schema);
    if (validate(data)) return data;
    const [first] = validate.errors ?? [];
    throw first === undefined ? new ApiError("badParameter", "not valid") : complaint(first);
  };
}

function complaint({ keyword, instancePath, params, message }: ErrorObject) {
  const at = instancePath.slice(1);
  if (keyword === "additionalProperties") {
    const name = shown(String(params.additionalProperty));
    return new ApiError("unknownParameter", `there is no parameter ${name} here`, name);
  }
  if (keyword === "required") {
    const name = String(params.missingProperty);
    return new ApiError("badParameter", `${name} is required`, name);
  }
  // What is wrong with an item is wrong with its list.
  const name = at === "" ? "body" : at.replace(/\/\d+$/, "").replaceAll("/", ".");
  return new ApiError("badParameter", `${name}: ${reason()}`, name);

  function reason(): string {
    if (keyword === "format") {
      const format = FORMATS[String(params.format) as Format];
      return `must be ${format.text}`;
    }
    if (keyword === "const") return `must be ${params.allowedValue}`;
    if (keyword === "enum") return `must be one of ${params.allowedValues.join(", ")}`;
    return message ?? "not valid";
  }
}

/** Names of parameters come from outside: not more of them than is needed to find the mistake. */
function shown(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}
