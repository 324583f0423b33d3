/** Values as callers have them, and as messages carry them. */
import {
  type DbrInput,
  type DbrNumbers,
  type DbrValue,
  dbrType,
  decodeDbr,
  encodeDbr,
  type FieldType,
} from "../index.js";
import { CaError, invalidIfRange } from "./error.js";

/** Texts are converted by the server, numbers are sent in the native type, or as doubles to a text. */
export type Writable = number | string | readonly number[] | readonly string[] | DbrNumbers;

export interface ValueData {
  readonly dataType: number;
  readonly dataCount: number;
  readonly payload: Uint8Array;
}

/**
 * @param what was asked for, as errors tell it
 * @throws CaError `protocol`
 */
export function readValue(what: string, data: ValueData): DbrValue {
  const { value, damage } = decodeDbr(data.dataType, data.dataCount, data.payload);
  if (damage !== undefined) throw new CaError("protocol", `${what}: ${damage}`);
  return value;
}

/**
 * @param native of the channel
 * @throws CaError `invalid` for what the native type cannot hold
 */
export function writeValue(native: FieldType, value: Writable): ValueData {
  const elements: DbrInput["elements"] = typeof value === "object" ? value : listOf(value);
  const numeric = native === "STRING" ? "DOUBLE" : native;
  const dataType = dbrType(typeof elements[0] === "string" ? "STRING" : numeric, "PLAIN");
  try {
    const payload = encodeDbr({ type: dataType, elements });
    return { dataType, dataCount: elements.length, payload };
  } catch (error) {
    throw invalidIfRange(error);
  }
}

function listOf(value: number | string): number[] | string[] {
  return typeof value === "string" ? [value] : [value];
}
