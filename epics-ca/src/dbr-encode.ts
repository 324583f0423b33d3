/** Values to payloads. */
import { viewOf } from "./bytes.js";
import { NUMBERS, STRING } from "./dbr-format.js";
import { LAYOUTS } from "./dbr-layout.js";
import { type DbrInput, dbrTypeName } from "./dbr-types.js";

/**
 * The payload of a value, without padding to a multiple of eight; the data count of its message is the number of elements.
 * @throws RangeError for a number that is no DBR type, and for values that its structure cannot hold.
 */
export function encodeDbr(value: DbrInput): Uint8Array {
  const layout = LAYOUTS[value.type];
  if (layout === undefined) throw new RangeError(`${dbrTypeName(value.type)} is no data type`);
  const { elements } = value;
  const { field, valueAt, elementBytes } = layout;
  const payload = new Uint8Array(valueAt + elements.length * elementBytes);
  const view = viewOf(payload);
  for (const { name, at, format } of layout.members) {
    format.write(payload, view, at, value[name] ?? format.none);
  }
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i];
    const at = valueAt + i * elementBytes;
    if (field === "STRING" && typeof element === "string") STRING.write(payload, view, at, element);
    else if (field !== "STRING" && typeof element === "number") {
      NUMBERS[field].format.write(payload, view, at, element);
    } else throw new RangeError(`${dbrTypeName(value.type)} cannot hold a ${typeof element}`);
  }
  return payload;
}
