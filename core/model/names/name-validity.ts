/** The naming rules of PVs, as the character sets of records and the tools around them allow, or as a site has them. */

export interface NameRules {
  /** Bytes a name has at least, its field not counted. Default 4. */
  readonly minLength?: number;
  /** The lowest byte that may be in a name. Default 33, `!`, before which are blanks and control characters. */
  readonly minCode?: number;
  /** The highest one. Default 126, `~`, after which ASCII has no more. */
  readonly maxCode?: number;
  /** Characters that may not be in a name all the same. Default those that shells and macros use. */
  readonly forbidden?: string;
}

/** `<`, `>`, `;`, `%`, `#`, `?`, `*` and `|` are in the names of real sites. */
export const DEFAULT_NAME_RULES: Required<NameRules> = {
  minLength: 4,
  minCode: 0x21,
  maxCode: 0x7e,
  forbidden: "{}()$&!'~@^/\\=\"[]",
};

const DOT = 0x2e;

/** What a byte is in the name of a record. */
const ALLOWED = 0;
const FORBIDDEN = 1;
/** The first byte behind it. */
const END = 2;

/** Of `length` bytes from `begin` on. */
export type NameValidity = (bytes: Uint8Array, begin: number, length: number) => boolean;

/** Only what comes before the first `.` or NUL counts: the name of the record. */
export function nameValidity(rules: NameRules = {}): NameValidity {
  const { minLength, minCode, maxCode, forbidden } = { ...DEFAULT_NAME_RULES, ...rules };
  const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
    if (byte === DOT || byte === 0) return END;
    const isAllowed = byte >= minCode && byte <= maxCode;
    return isAllowed && !forbidden.includes(String.fromCharCode(byte)) ? ALLOWED : FORBIDDEN;
  });
  return (bytes, begin, length) => {
    const end = begin + length;
    let index = begin;
    while (index < end && kinds[bytes[index]!] === ALLOWED) index++;
    if (index < end && kinds[bytes[index]!] === FORBIDDEN) return false;
    return index - begin >= minLength;
  };
}
