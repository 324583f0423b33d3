/** What requests that change something have in common. */
import { type TProperties, Type } from "@sinclair/typebox";
import { ApiError } from "./errors.js";
import { freeText } from "./formats.js";

/** In the body, or in the query of a DELETE. */
export const why = {
  why: Type.Optional(freeText("Why, for the record of what was changed.", 500)),
};

/** A body with these fields, and why. */
export const change = <T extends TProperties>(fields: T) =>
  Type.Object({ ...fields, ...why }, { additionalProperties: false });

/** Throws when there is nothing to change: a mistyped request would otherwise look done. */
export function requireChange(fields: object, wanted: string): void {
  if (Object.keys(fields).length > 0) return;
  throw new ApiError("badParameter", `body: give at least one of ${wanted}`, "body");
}
