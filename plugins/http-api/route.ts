/** One row of the table that the router, the checks of parameters, the OpenAPI document and the README are made from. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Static, type TObject, type TProperties, type TSchema, Type } from "@sinclair/typebox";
import type { Role } from "pvmon";
import type { Api } from "./api.js";
import type { Identity } from "./identity.js";

export interface ApiRequest<Path, Query, Body> {
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  /** Who asks. */
  readonly identity: Identity;
  /** Aborts when whoever asked has gone, or was sent away because pvmon stops. */
  readonly signal: AbortSignal;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

interface Row<
  Path extends TProperties,
  Query extends TProperties,
  Body extends TSchema,
  Answer extends TSchema,
> {
  /** Everything but GET is a change, and guarded as one. */
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** As OpenAPI writes it: `/api/v1/pvs/{name}`. */
  readonly route: string;
  /** What whoever asks has to be: `viewer` for GET and `operator` for changes unless the row says otherwise. */
  readonly role?: Role | "anybody";
  /** One line. */
  readonly summary: string;
  readonly description?: string;
  readonly path?: TObject<Path>;
  readonly query?: TObject<Query>;
  readonly body?: Body;
  readonly answer: Answer;
  /** What the data of its messages are, of a row that answers with server-sent events and writes them itself. */
  readonly messages?: TSchema;
  /** It makes pvmon send packets: refused to pages of other origins, even for GET. */
  readonly sends?: true;
  /** Of a `sends` row: pages of the origins in the configuration may ask too. */
  readonly crossOrigin?: true;
  /** It begins a session: open to those who have none, and small. */
  readonly logsIn?: true;
  /** It answers with text instead of JSON. */
  readonly plainText?: true;
  handle(
    request: ApiRequest<Static<TObject<Path>>, Static<TObject<Query>>, Static<Body>>,
    api: Api,
  ): Static<Answer> | Promise<Static<Answer>>;
}

export type Route = Row<TProperties, TProperties, TSchema, TSchema>;

/** Checks the handler against the row's own schemas; the router deals with the erased type. */
export function route<
  Answer extends TSchema,
  Path extends TProperties = Record<never, never>,
  Query extends TProperties = Record<never, never>,
  Body extends TSchema = TSchema,
>(row: Row<Path, Query, Body, Answer>): Route {
  return row as Route;
}

const OR_NOTHING = {
  orNothing: Type.Optional(
    Type.Boolean({
      description: "204 where there is none, instead of 404, which browsers log as an error.",
    }),
  ),
};

/** Of one thing: a `notFound` of the handler is nothing for those who had rather. */
export function routeOfOne<Answer extends TSchema, Path extends TProperties>(
  row: Omit<Row<Path, Record<never, never>, TSchema, Answer>, "query">,
): Route {
  return route({ ...row, query: Type.Object(OR_NOTHING) });
}

/** Whether it answers with nothing when it is asked to. */
export function mayBeNothing({ query }: Pick<Route, "query">): boolean {
  return query?.properties.orNothing === OR_NOTHING.orNothing;
}

/** Null when anybody may ask. */
export function roleOf({ role, method }: Pick<Route, "role" | "method">): Role | null {
  if (role === "anybody") return null;
  return role ?? (method === "GET" ? "viewer" : "operator");
}
