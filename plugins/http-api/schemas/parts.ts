/** What the schemas of answers are put together from, and the answers that many paths share. */
import {
  type ObjectOptions,
  type Static,
  type TProperties,
  type TSchema,
  Type,
} from "@sinclair/typebox";
import { ERROR_STATUS } from "../errors.js";

/** One of the given words. */
export function words<const T extends string>(values: readonly T[], options: ObjectOptions = {}) {
  return Type.Unsafe<T>({ type: "string", enum: [...values], ...options });
}

export const list = <T extends TSchema>(items: T) =>
  Type.Unsafe<readonly Static<T>[]>(Type.Array(items));
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
/** With an `$id`, under which the OpenAPI document has it. */
export const named = <T extends TProperties>($id: string, properties: T) =>
  Type.Object(properties, { $id });

export const time = Type.String({ format: "date-time" });
export const text = Type.String();
export const count = Type.Integer({ minimum: 0 });
export const number = Type.Number();
export const share = Type.Number({ minimum: 0, maximum: 1 });
export const scalar = Type.Union([Type.String(), Type.Number()]);
export const evidence = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null(), list(scalar)]),
);

/** What every list answers. */
export function page<T extends TSchema>(items: T) {
  return Type.Object({
    items: list(items),
    total: Type.Integer({ minimum: 0, description: "How many match in all." }),
    next: Type.Union([text, Type.Null()], {
      description:
        "Give it as `cursor` to get the next page; null on the last one. It stays valid while data changes.",
    }),
  });
}

export const errorAnswer = named("Error", {
  error: Type.Object({
    code: words(Object.keys(ERROR_STATUS) as (keyof typeof ERROR_STATUS)[]),
    message: text,
    parameter: Type.Optional(text),
  }),
});

export const ok = named("Ok", { status: Type.Literal("ok") });

/** What was there, and is not any more. */
export const forgotten = named("Forgotten", { forgotten: list(text) });
