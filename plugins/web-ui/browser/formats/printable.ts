/** Text from the network as people can see it: nothing in it is invisible, or turns around what stands beside it. */

/** Characters that are not seen, as escapes: `\x1b`, `\u202e`, `\u{e0041}`. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const digits = code.toString(16);
    if (code < 0x100) return `\\x${digits.padStart(2, "0")}`;
    return code < 0x1_0000 ? `\\u${digits.padStart(4, "0")}` : `\\u{${digits}}`;
  });
}
