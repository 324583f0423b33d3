/** Values as people and JSON take them. */
import { type DbrValue, fieldTypeOf } from "epics-ca";
import type { ChannelInfo } from "pvmon";

/** What is known of a channel before its value. */
interface Shape {
  readonly name: string;
  readonly elementCount: number;
}

/**
 * A scalar as itself, an array as a list however many elements it holds now, a state by its name if it has one. A CHAR
 * array asked for as `NAME$` is a long string (EPICS Application Developer's Guide, long string support). JSON has no
 * NaN and no infinity: they become texts.
 */
export function shownValue(
  { name, elementCount }: Shape,
  { type, elements, states }: DbrValue,
): NonNullable<ChannelInfo["value"]> {
  const list = Array.from<string | number>(elements);
  if (name.endsWith("$") && fieldTypeOf(type) === "CHAR") return longString(list);
  const shown = list.map((element) => {
    if (typeof element === "string") return element;
    return states?.[element] || (Number.isFinite(element) ? element : String(element));
  });
  const [only] = shown;
  return elementCount === 1 && only !== undefined ? only : shown;
}

/** Latin-1 as all texts of Channel Access, and up to the NUL that ends it. */
function longString(bytes: readonly (string | number)[]): string {
  const characters = bytes.map((byte) => String.fromCharCode(Number(byte))).join("");
  return characters.replace(/\0.*/s, "");
}
