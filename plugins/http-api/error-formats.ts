/** How errors look: one shape for the API, and those that the programs which used PV Monitor know. */
import { type TSchema, Type } from "@sinclair/typebox";
import type { ApiError } from "./errors.js";
import { errorAnswer, errorV10 } from "./schemas/index.js";

interface ErrorFormat {
  readonly type: "application/json" | "text/plain";
  readonly schema: TSchema;
  body(error: ApiError): object | string;
}

const STANDARD: ErrorFormat = {
  type: "application/json",
  schema: errorAnswer,
  body: ({ answer }) => answer,
};

const BY_PREFIX: Readonly<Record<string, ErrorFormat>> = {
  "/api/v1.0/": {
    type: "application/json",
    schema: errorV10,
    body: ({ message }) => ({ api_version: "1.0", status: "ERROR", msg: message }),
  },
  // Whoever reads values tells errors from them by their first word.
  "/caget/": {
    type: "text/plain",
    schema: Type.String({ pattern: "^EPICS " }),
    body: ({ code, message }) => `EPICS ${code}: ${message}`,
  },
};

/** For a path, or the route of a row. */
export function errorFormatOf(path: string): ErrorFormat {
  const prefix = Object.keys(BY_PREFIX).find((start) => path.startsWith(start));
  return (prefix !== undefined && BY_PREFIX[prefix]) || STANDARD;
}
