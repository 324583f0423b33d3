/** The OpenAPI 3.1 document of the table. Schemas with an `$id` become components. */
import { type TObject, type TSchema, Type } from "@sinclair/typebox";
import { itemOf } from "./downloads.js";
import { errorFormatOf } from "./error-formats.js";
import { mayBeNothing, type Route, roleOf } from "./route.js";
import { SESSION_COOKIE } from "./session-cookie.js";

type Json = Readonly<Record<string, unknown>>;

export interface OpenApi extends Json {
  readonly openapi: "3.1.0";
  readonly info: Json;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: { readonly schemas: Json; readonly securitySchemes: Json };
}

const SECURITY_SCHEMES = {
  session: { type: "apiKey", in: "cookie", name: SESSION_COOKIE },
  token: { type: "http", scheme: "bearer" },
};

export function openApi(routes: readonly Route[], version: string): OpenApi {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, Record<string, Json>> = {};
  for (const row of routes) {
    const path = paths[row.route] ?? {};
    paths[row.route] = path;
    path[row.method.toLowerCase()] = operation(row, (schema) => withReferences(schema, schemas));
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "pvmon",
      version,
      description:
        "What pvmon knows about an EPICS control network. Times are ISO 8601 in UTC, ages in seconds. PV names are " +
        "bytes, each shown as one character (Latin-1). Each operation says which role it needs; everybody is a viewer unless " +
        "the site says otherwise. Changes in a session need the header X-CSRF-Token.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths,
    components: { schemas, securitySchemes: SECURITY_SCHEMES },
  };
}

function operation(row: Route, refer: (schema: TSchema) => unknown): Json {
  const content = (type: string, schema: TSchema) => ({ [type]: { schema: refer(schema) } });
  const errors = errorFormatOf(row.route);
  return {
    operationId: operationId(row),
    summary: row.summary,
    ...(row.description !== undefined && { description: row.description }),
    security: security(row),
    parameters: [...parameters("path", row.path, refer), ...parameters("query", row.query, refer)],
    ...(row.body !== undefined && {
      requestBody: { required: true, content: content("application/json", row.body) },
    }),
    responses: {
      200: {
        description: row.summary,
        content:
          row.messages === undefined
            ? answerContent(row, content)
            : content("text/event-stream", row.messages),
      },
      ...(mayBeNothing(row) && { 204: { description: "There is none, and `orNothing` is set." } }),
      default: {
        description: "What went wrong.",
        content: content(errors.type, errors.schema),
      },
    },
  };
}

/** For schemes that know no scopes the lists are roles; the empty one is for reading without a log-in. */
function security(row: Route): Json[] {
  const role = roleOf(row);
  if (role === null) return [];
  return [...(role === "viewer" ? [{}] : []), { session: [role] }, { token: [role] }];
}

type Content = (type: string, schema: TSchema) => Json;

function answerContent(row: Route, content: Content): Json {
  if (row.plainText) return content("text/plain", row.answer);
  const item = itemOf(row);
  if (item === undefined) return content("application/json", row.answer);
  return {
    ...content("application/json", Type.Union([row.answer, Type.Array(item)])),
    ...content("text/csv", Type.String()),
  };
}

function parameters(
  place: "path" | "query",
  schema: TObject | undefined,
  refer: (schema: TSchema) => unknown,
): Json[] {
  const required = new Set(schema?.required);
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = property;
    return {
      name,
      in: place,
      required: place === "path" || (required.has(name) && property.default === undefined),
      ...(description !== undefined && { description }),
      ...(property.type === "array" && { style: "form", explode: false }),
      schema: refer(rest as TSchema),
    };
  });
}

/** `getPvsByName` for GET /api/v1/pvs/{name}. */
function operationId({ method, route }: Route): string {
  const words = route
    .replace(/^\/api\/(v1\/)?/, "/")
    .replace("v1.0", "v10")
    .replaceAll("/{", "/by-")
    .match(/\w+/g);
  const capitalised = (words ?? []).map((word) => word[0]?.toUpperCase() + word.slice(1));
  return method.toLowerCase() + capitalised.join("");
}

/** A copy in which each schema with a name is a reference to the component that it puts into `components`. */
function withReferences(schema: unknown, components: Record<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map((item) => withReferences(item, components));
  if (schema === null || typeof schema !== "object") return schema;
  const { $id, ...rest } = schema as Record<string, unknown>;
  const copy = () =>
    Object.fromEntries(
      Object.entries(rest).map(([key, value]) => [key, withReferences(value, components)]),
    );
  if (typeof $id !== "string") return copy();
  components[$id] ??= copy();
  return { $ref: `#/components/schemas/${$id}` };
}
