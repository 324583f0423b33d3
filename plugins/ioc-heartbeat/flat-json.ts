/**
 * A JSON object whose values are texts and numbers, as heartbeats are. Senders of versions 1.1 and 2.0 do not escape
 * what they put in: a quote or a backslash in a directory breaks the JSON, and is made out here where that is safe.
 */

export type FlatObject = ReadonlyMap<string, unknown>;

/** The fields of `text`, or undefined when it is no object or cannot be told apart without guessing. Never throws. */
export function parseFlatObject(text: string): FlatObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value));
  } catch {
    return recover(text);
  }
}

const FIELD_BEGINS = /[{,]\s*"(\w+)"\s*:\s*/g;
const UNESCAPED_TEXT = /^"(.*)"\s*$/s;
const NUMBER = /^-?\d{1,17}(\.\d{1,17})?\s*$/;

/**
 * Cuts where fields begin and takes what is between quotes as it stands. Whatever could be read in two ways (a text
 * that itself holds the beginning of a field, a field that comes twice) leaves a piece that is neither text nor number.
 */
function recover(text: string): FlatObject | undefined {
  if (!text.endsWith("}")) return undefined;
  const begins = [...text.matchAll(FIELD_BEGINS)];
  if (begins[0]?.index !== 0) return undefined;
  const fields = new Map<string, unknown>();
  for (const [i, match] of begins.entries()) {
    const key = match[1]!;
    const piece = text.slice(
      match.index + match[0].length,
      begins[i + 1]?.index ?? text.length - 1,
    );
    const inner = UNESCAPED_TEXT.exec(piece)?.[1];
    if (fields.has(key) || (inner === undefined && !NUMBER.test(piece))) return undefined;
    fields.set(key, inner ?? Number(piece));
  }
  return fields;
}
