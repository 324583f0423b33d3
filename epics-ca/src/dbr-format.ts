/** How one number, text or time stamp of a DBR structure is read and written. */
import { checkUnsigned, readLatin1, textEnd, writeLatin1 } from "./bytes.js";
import type { DbrNumbers, FieldType } from "./dbr-types.js";
import type { EpicsTime } from "./time.js";

/** `db_access.h`: sizes of texts with their NUL, and the number of states of an enumeration. */
export const STRING_BYTES = 40;
const UNITS_BYTES = 8;
const STATE_BYTES = 26;
const MAX_STATES = 16;

export interface Format<T> {
  readonly bytes: number;
  read(bytes: Uint8Array, view: DataView, at: number): T;
  /** @throws RangeError when `value` does not fit. */
  write(bytes: Uint8Array, view: DataView, at: number, value: T): void;
  /** What is written where nothing is given. */
  readonly none: T;
}

/** A text of so many bytes, its NUL included; a peer that leaves the NUL out is understood. */
function text(size: number): Format<string> {
  return {
    bytes: size,
    none: "",
    read: (bytes, _view, at) =>
      readLatin1(bytes, at, textEnd(bytes, at, Math.min(at + size, bytes.length))),
    write(bytes, _view, at, value) {
      if (value.length >= size) {
        throw new RangeError(`"${value}" has more than ${size - 1} characters`);
      }
      writeLatin1(bytes, at, value);
    },
  };
}

function number(
  size: number,
  read: (view: DataView, at: number) => number,
  write: (view: DataView, at: number, value: number) => void,
  isExact: boolean,
): Format<number> {
  return {
    bytes: size,
    none: 0,
    read: (_bytes, view, at) => read(view, at),
    write(_bytes, view, at, value) {
      write(view, at, value);
      if (isExact && read(view, at) !== value) {
        throw new RangeError(`${value} does not fit into ${size} bytes`);
      }
    },
  };
}

const int16 = number(
  2,
  (view, at) => view.getInt16(at),
  (view, at, value) => view.setInt16(at, value),
  true,
);
const uint16 = number(
  2,
  (view, at) => view.getUint16(at),
  (view, at, value) => view.setUint16(at, value),
  true,
);
const uint8 = number(
  1,
  (view, at) => view.getUint8(at),
  (view, at, value) => view.setUint8(at, value),
  true,
);
const int32 = number(
  4,
  (view, at) => view.getInt32(at),
  (view, at, value) => view.setInt32(at, value),
  true,
);
const float32 = number(
  4,
  (view, at) => view.getFloat32(at),
  (view, at, value) => view.setFloat32(at, value),
  false,
);
const float64 = number(
  8,
  (view, at) => view.getFloat64(at),
  (view, at, value) => view.setFloat64(at, value),
  false,
);

const time: Format<EpicsTime> = {
  bytes: 8,
  none: { seconds: 0, nanoseconds: 0 },
  read: (_bytes, view, at) => ({
    seconds: view.getUint32(at),
    nanoseconds: view.getUint32(at + 4),
  }),
  write(_bytes, view, at, { seconds, nanoseconds }) {
    view.setUint32(at, checkUnsigned(seconds, 32, "seconds"));
    view.setUint32(at + 4, checkUnsigned(nanoseconds, 32, "nanoseconds"));
  },
};

const state = text(STATE_BYTES);

/** How many there are, then room for all there could be. */
const states: Format<readonly string[]> = {
  bytes: 2 + MAX_STATES * STATE_BYTES,
  none: [],
  read(bytes, view, at) {
    const count = Math.min(Math.max(view.getInt16(at), 0), MAX_STATES);
    return Array.from({ length: count }, (_, i) =>
      state.read(bytes, view, at + 2 + i * STATE_BYTES),
    );
  },
  write(bytes, view, at, values) {
    if (values.length > MAX_STATES) {
      throw new RangeError(`${values.length} states are more than ${MAX_STATES}`);
    }
    view.setInt16(at, values.length);
    for (const [i, value] of values.entries()) {
      state.write(bytes, view, at + 2 + i * STATE_BYTES, value);
    }
  },
};

export const FORMATS = { int16, uint16, time, units: text(UNITS_BYTES), states };

/** The numbers that a field type's elements and limits are. */
export const NUMBERS: Readonly<
  Record<
    Exclude<FieldType, "STRING">,
    { readonly format: Format<number>; array(length: number): DbrNumbers }
  >
> = {
  SHORT: { format: int16, array: (length) => new Int16Array(length) },
  FLOAT: { format: float32, array: (length) => new Float32Array(length) },
  ENUM: { format: uint16, array: (length) => new Uint16Array(length) },
  CHAR: { format: uint8, array: (length) => new Uint8Array(length) },
  LONG: { format: int32, array: (length) => new Int32Array(length) },
  DOUBLE: { format: float64, array: (length) => new Float64Array(length) },
};

export const STRING = text(STRING_BYTES);
