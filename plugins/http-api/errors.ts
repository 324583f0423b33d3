/** Everything that can go wrong with a request: one table of stable codes, one shape of answer. */
import type { ServerResponse } from "node:http";

/** Codes never change their meaning; messages may. */
export const ERROR_STATUS = {
  malformedUrl: 400,
  malformedRequest: 400,
  malformedBody: 400,
  unknownParameter: 400,
  badParameter: 400,
  logInRequired: 401,
  wrongLogIn: 401,
  roleRequired: 403,
  csrfTokenMissing: 403,
  crossOrigin: 403,
  noSuchPath: 404,
  notFound: 404,
  methodNotAllowed: 405,
  requestTimeout: 408,
  operationRefused: 409,
  bodyTooLarge: 413,
  notJson: 415,
  hostRefused: 421,
  tooManyRequests: 429,
  headersTooLarge: 431,
  internal: 500,
  serviceMissing: 501,
  noValue: 502,
  failed: 503,
  notReady: 503,
  busy: 503,
  searchRefused: 503,
  readingRefused: 503,
  stopping: 503,
  timeout: 504,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export interface ErrorAnswer {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    /** Which parameter, for `badParameter` and `unknownParameter`. */
    readonly parameter?: string;
  };
}

/** Thrown anywhere below the error boundary; its message is shown to whoever asked. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly parameter?: string,
    private readonly retryAfter = 1,
  ) {
    super(message);
    this.status = ERROR_STATUS[code];
  }

  get answer(): ErrorAnswer {
    const { code, message, parameter } = this;
    return { error: { code, message, ...(parameter === undefined ? {} : { parameter }) } };
  }

  /** Seconds after which it is worth trying again. */
  get retryAfterSeconds(): number | undefined {
    return this.status === 429 || this.status === 503 ? this.retryAfter : undefined;
  }
}

/** Answers outside of koa: before routing, and for mounted listeners. */
export function sendError(response: ServerResponse, error: ApiError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(error.answer);
  response.writeHead(error.status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
