/** Bytes to look at, as editors of bytes show them. */

export interface HexRow {
  /** Of its first byte, in hexadecimal. */
  readonly offset: string;
  /** Two digits each. */
  readonly bytes: readonly string[];
  /** The same bytes as ASCII; a dot for what cannot be printed. */
  readonly text: string;
}

/** @param hex an even number of hexadecimal digits. */
export function hexRows(hex: string, bytesPerRow = 16): readonly HexRow[] {
  const bytes = hex.match(/../g) ?? [];
  return Array.from({ length: Math.ceil(bytes.length / bytesPerRow) }, (_, row) => {
    const part = bytes.slice(row * bytesPerRow, (row + 1) * bytesPerRow);
    return {
      offset: (row * bytesPerRow).toString(16).padStart(4, "0"),
      bytes: part,
      text: part.map(printableByte).join(""),
    };
  });
}

function printableByte(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : ".";
}
