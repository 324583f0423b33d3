/** The koa application: takes each request through guards, checks and the handler of its row, and answers every error alike. */
import Router from "@koa/router";
import Koa, { type Context, type Middleware, type Next } from "koa";
import type { Clock, Log, Services } from "pvmon";
import {
  ACCESS,
  CHANNEL_INFO,
  CLOCK,
  HISTORY,
  INVENTORY,
  METRICS,
  OPERATIONS,
  optional,
  PROBES,
  PvmonError,
  STARTUP_FILES,
  STATUS,
} from "pvmon";
import type { ChannelInfos } from "./channel-infos.js";
import { compression } from "./compression.js";
import { openCursor, sealCursor, wrongCursor } from "./cursors.js";
import type { DownloadPlaces } from "./download-places.js";
import { type Download, downloadFormat, startDownload } from "./downloads.js";
import { errorFormatOf } from "./error-formats.js";
import { ApiError } from "./errors.js";
import {
  allowedOrigin,
  requireCsrfToken,
  requireJson,
  requireRole,
  requireSameOrigin,
} from "./guard.js";
import type { Identities, Identity } from "./identity.js";
import type { ConcurrencyLimit } from "./limits.js";
import type { LogIns } from "./log-ins.js";
import type { Listener } from "./mounts.js";
import { type OpenApi, openApi } from "./openapi.js";
import { checksOf } from "./parameters.js";
import { type Route, roleOf } from "./route.js";
import { ROUTES } from "./routes/index.js";
import type { EventStreams } from "./stream.js";

export const NEEDS = {
  access: ACCESS,
  clock: CLOCK,
  inventory: INVENTORY,
  status: STATUS,
  metrics: METRICS,
  operations: OPERATIONS,
  probes: PROBES,
  history: optional(HISTORY),
  channelInfo: optional(CHANNEL_INFO),
  startupFiles: optional(STARTUP_FILES),
};

/** What the handlers of the rows work with. */
export interface Api {
  readonly services: Services<typeof NEEDS>;
  readonly log: Log;
  readonly clock: Clock;
  readonly identities: Identities;
  readonly logIns: LogIns;
  readonly streams: EventStreams;
  readonly channelInfos: ChannelInfos;
  /** Lists that walk over all names. */
  readonly scans: ConcurrencyLimit;
  /** For whole lists. */
  readonly downloads: DownloadPlaces;
  readonly searches: ConcurrencyLimit;
  /** Of what hosts say of themselves. */
  readonly readings: ConcurrencyLimit;
  /** Of pages elsewhere that may ask what {@link Route.crossOrigin} rows answer; in lower case. */
  readonly allowedOrigins: ReadonlySet<string>;
  readonly openApi: OpenApi;
}

/** 10,000 names of 499 bytes as JSON: the biggest request there is. */
const BODY_LIMIT = "12mb";
/** From those who have not said who they are. */
const LOG_IN_LIMIT = "16kb";

export function apiListener(parts: Omit<Api, "openApi">): Listener {
  const api: Api = { ...parts, openApi: openApi(ROUTES, parts.services.status.version) };
  const app = new Koa();
  app.on("error", (error: unknown) => api.log.debug("a connection broke off", { error }));
  const router = new Router({ sensitive: true, strict: true });
  for (const row of ROUTES) {
    router.register(row.route.replaceAll(/\{(\w+)\}/g, ":$1"), [row.method], steps(row, api));
  }
  app.use(compression());
  app.use(answerErrors(api.log));
  app.use(requireDecodablePath);
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app.callback();
}

function steps(row: Route, api: Api): Middleware[] {
  const changes = row.method !== "GET";
  const needed = roleOf(row);
  const { identities } = api;
  const guard = async (context: Context, next: Next): Promise<void> => {
    const { req, res } = context;
    if (row.crossOrigin) context.vary("Origin");
    const origin = row.crossOrigin && allowedOrigin(req, api.allowedOrigins);
    if (origin) context.set("Access-Control-Allow-Origin", origin);
    else if (changes || row.sends) requireSameOrigin(req, identities.proxies.host(req));
    const identity = await identities.refresh(await identities.of(req), req, res);
    context.state.identity = identity;
    if (identity.wrongToken) api.logIns.tokenRefused(identities.proxies.address(req));
    if (needed !== null) requireRole(identity, needed);
    if (changes && !row.logsIn) await requireCsrfToken(req, identity, identities.sessions);
    if (changes) requireJson(req);
    return next();
  };
  const jsonLimit = row.logsIn ? LOG_IN_LIMIT : BODY_LIMIT;
  let parser: Middleware | undefined;
  const parse: Middleware = async (context, next) => {
    // Loaded for the first who changes something, not for a start.
    const { bodyParser } = await import("@koa/bodyparser");
    parser ??= bodyParser({ enableTypes: ["json"], jsonLimit, jsonStrict: false });
    return parser(context, next);
  };
  return changes ? [guard, parse, handler(row, api)] : [guard, handler(row, api)];
}

function handler(row: Route, api: Api): Middleware {
  const checks = checksOf(row);
  return async (context: Context) => {
    const query = checks.query(context.querystring);
    try {
      await answer(context, query);
    } catch (error) {
      if (query.orNothing !== true || !saysNone(error)) throw error;
      context.status = 204;
    }
  };

  async function answer(context: Context, query: Readonly<Record<string, unknown>>) {
    const gone = new AbortController();
    context.res.once("close", () => gone.abort());
    const request = {
      path: checks.path(context.params),
      query: openCursor(row, query),
      body: row.body === undefined ? undefined : checks.body(bodyOf(context)),
      identity: context.state.identity as Identity,
      signal: gone.signal,
      incoming: context.req,
      response: context.res,
    };
    const format = downloadFormat(query, context.querystring);
    try {
      if (format !== undefined) {
        api.downloads.admit(context.res, api.identities.proxies.address(context.req));
        answerDownload(context, await startDownload(row, format, request, api), api.log);
        return;
      }
      const answer = await row.handle(request, api);
      if (row.messages !== undefined) {
        context.respond = false;
      } else {
        context.type = row.plainText ? "text/plain" : "application/json";
        context.body = row.plainText ? answer : JSON.stringify(sealCursor(row, query, answer));
      }
    } catch (error) {
      // Lists throw it for a cursor that they did not give.
      throw error instanceof RangeError && "cursor" in query ? wrongCursor() : error;
    }
  }
}

/** There is none, or there can be none of that name. */
function saysNone(error: unknown): boolean {
  return error instanceof ApiError && (error.code === "notFound" || error.code === "badParameter");
}

/** Nothing at all is as good as no options; everything else is for the check, which says what is wrong with it. */
function bodyOf({ request: { body, rawBody } }: Context): unknown {
  return rawBody === "" ? {} : body;
}

/** Nobody may take a part for the whole: when the list ends too early, so does the connection. */
function answerDownload(context: Context, { type, fileName, content }: Download, log: Log): void {
  content.once("error", (error) => {
    if (!context.res.destroyed) log.warn("a download broke off", { error });
    context.res.destroy();
  });
  context.type = type;
  context.attachment(fileName);
  context.body = content;
}

/** The router leaves a parameter as it is when it cannot decode it; nobody could tell that from a name with a %. */
function requireDecodablePath(context: Context, next: Next): Promise<void> {
  try {
    decodeURIComponent(context.path);
  } catch {
    throw new ApiError("malformedUrl", "the path has a % that is not percent-encoded UTF-8");
  }
  return next();
}

function answerErrors(log: Log) {
  return async (context: Context, next: Next): Promise<void> => {
    try {
      await next();
      if (context.status === 404 && context.respond !== false) {
        throw new ApiError("noSuchPath", "there is nothing here: see /api/openapi.json");
      }
      if (context.status === 405 || context.status === 501) {
        throw new ApiError("methodNotAllowed", `${context.method} is not possible here`);
      }
    } catch (cause) {
      // Nobody is left to be answered; what was being done for them was given up.
      if (context.res.destroyed) return;
      const error = toApiError(cause, log);
      if (error.retryAfterSeconds !== undefined) {
        context.set("Retry-After", String(error.retryAfterSeconds));
      }
      if (error.status === 401) context.set("WWW-Authenticate", 'Bearer realm="pvmon"');
      const { type, body } = errorFormatOf(context.path);
      context.status = error.status;
      context.type = type;
      context.body = body(error);
    }
  };
}

function toApiError(cause: unknown, log: Log): ApiError {
  if (cause instanceof ApiError) return cause;
  if (cause instanceof PvmonError && cause.code === "NO_PROBE") {
    return new ApiError("serviceMissing", cause.message);
  }
  if (cause instanceof PvmonError && cause.code === "OPERATION") {
    return new ApiError("operationRefused", cause.message);
  }
  if (cause instanceof PvmonError && cause.code === "HISTORY_TIMEOUT") {
    return new ApiError("timeout", cause.message);
  }
  if (cause instanceof PvmonError && cause.code === "HISTORY_BUSY") {
    return new ApiError("busy", cause.message);
  }
  // From the body parser, which throws http-errors.
  const status = cause instanceof Error && "status" in cause ? cause.status : undefined;
  if (status === 400) return new ApiError("malformedBody", malformed(cause as Error));
  if (status === 413) return new ApiError("bodyTooLarge", "the body is too large");
  if (status === 415) return new ApiError("notJson", "the body has an encoding that is not known");
  log.error("a request failed", { error: cause });
  return new ApiError("internal", "this request failed: see the log of pvmon");
}

function malformed({ message }: Error): string {
  return /forbidden prototype property/.test(message)
    ? "the body has a key that is not allowed: __proto__"
    : "the body is not valid JSON";
}
