/**
 * Names word by word, where they lie in memory: four bytes at a time in the machine's own order, the last word filled up
 * with zero bytes. So they are hashed, kept and compared without a copy of them.
 */

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const WORD_BYTES = 4;

/** Four bytes of a name, as int32. */
export function wordAt(view: DataView, offset: number): number {
  return view.getInt32(offset, IS_LITTLE_ENDIAN);
}

/** The last `count` bytes of a name, 0 to 3, as int32: the memory may end behind them. */
export function lastWordAt(view: DataView, offset: number, count: number): number {
  let word = 0;
  for (let index = 0; index < count; index++) {
    const shift = 8 * (IS_LITTLE_ENDIAN ? index : WORD_BYTES - 1 - index);
    word |= view.getUint8(offset + index) << shift;
  }
  return word;
}
