/** The order of texts: by the first that differs. */
import { CursorError, type Order, parsedCursor } from "./page.js";

export type TextPlace = readonly string[];

/** Texts in the order that people look for them in: numbers in them by their value, and case does not matter. */
export function sortKeyOf(text: string): string {
  return text.toUpperCase().replace(/\d+/g, (digits) => digits.padStart(10, "0"));
}

/** @param placeOf as many texts for each item, the last of which no other item has. */
export function textOrder<T>(texts: number, placeOf: (item: T) => TextPlace): Order<T, TextPlace> {
  return {
    placeOf,
    compare: compareTexts,
    format: (place) => JSON.stringify(place),
    parse: (cursor) => parsePlace(cursor, texts),
  };
}

/** Both have as many texts. */
export function compareTexts(a: TextPlace, b: TextPlace): number {
  for (let n = 0; n < a.length; n++) {
    const [one, other] = [a[n]!, b[n]!];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

function parsePlace(cursor: string, texts: number): TextPlace {
  const place = parsedCursor(cursor);
  const isPlace =
    Array.isArray(place) &&
    place.length === texts &&
    place.every((part) => typeof part === "string");
  if (!isPlace) throw new CursorError();
  return place as readonly string[];
}
