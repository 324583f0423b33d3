/** Texts from elsewhere as they can be shown: nothing in them moves, hides or turns round what is beside it. */

/** Characters without a shape, and those that change the direction of others, as `\x1b` and `\u202e`. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u00a0]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
  });
}

/** What people have written, whose lines are theirs. @param between lines; a blank where there is room for one only */
export function printableProse(text: string, between: "\n" | " " = "\n"): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => printable(line.replaceAll("\t", "  ")))
    .join(between);
}
