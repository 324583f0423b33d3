/** Text of the network made fit to be kept and shown: cut, and without anything that steers a terminal or a page. */

const REPLACEMENT = "\ufffd";
/** Control and format characters (they turn text around), halves of surrogate pairs, line and paragraph ends. */
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** At most `max` UTF-16 units, without blanks at either end; markup is left alone, since it is escaped where it is shown. */
export function cleanText(text: string, max: number): string {
  return text.slice(0, max).replace(UNSHOWABLE, REPLACEMENT).trim();
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** UTF-8 where it is that, otherwise latin-1; what C programs leave at the end (NULs, line ends) is gone. */
export function textOf(bytes: Uint8Array): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    text = latin1Of(bytes);
  }
  return withoutEnd(text);
}

/** Not by an expression: one that looks for the end takes the square of the length where there are many blanks. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(0, end);
}

/** Every byte a character. */
export function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
