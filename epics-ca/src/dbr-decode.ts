/** Payloads to values. */
import { viewOf } from "./bytes.js";
import type { Damage } from "./damage.js";
import { NUMBERS, STRING, STRING_BYTES } from "./dbr-format.js";
import { LAYOUTS, type Layout } from "./dbr-layout.js";
import type { DbrValue } from "./dbr-types.js";

export type DecodedDbr =
  | { readonly value: DbrValue; readonly damage?: undefined }
  | { readonly value?: undefined; readonly damage: Damage };

/**
 * The value that a payload holds. Never throws; what is behind the last element, padding as a rule, is ignored.
 * @param type DBR number, the data type of the message.
 * @param count number of elements, the data count of the message.
 */
export function decodeDbr(type: number, count: number, payload: Uint8Array): DecodedDbr {
  const layout = LAYOUTS[type];
  if (layout === undefined) return { damage: "unknown data type" };
  if (payload.length < neededBytes(layout, count)) return { damage: "truncated value" };
  const view = viewOf(payload);
  const metadata: Record<string, unknown> = {};
  for (const { name, at, format } of layout.members) {
    metadata[name] = format.read(payload, view, at);
  }
  return { value: { type, elements: readElements(layout, count, payload, view), ...metadata } };
}

/** Servers send a single text without the unused rest of its 40 bytes (RSRV, read_reply), so the last may be short. */
function neededBytes({ field, valueAt, elementBytes }: Layout, count: number): number {
  if (count === 0 || field !== "STRING") return valueAt + count * elementBytes;
  return valueAt + (count - 1) * elementBytes + 1;
}

function readElements(
  { field, valueAt, elementBytes }: Layout,
  count: number,
  payload: Uint8Array,
  view: DataView,
): DbrValue["elements"] {
  if (field === "STRING") {
    return Array.from({ length: count }, (_, i) =>
      STRING.read(payload, view, valueAt + i * STRING_BYTES),
    );
  }
  const { format, array } = NUMBERS[field];
  const elements = array(count);
  for (let i = 0; i < count; i++) {
    elements[i] = format.read(payload, view, valueAt + i * elementBytes);
  }
  return elements;
}
