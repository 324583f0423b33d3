/** Where each DBR structure has what: one list per type, which reading and writing both follow (`db_access.h`). */
import { FORMATS, type Format, NUMBERS, STRING_BYTES } from "./dbr-format.js";
import {
  DBR_TYPE_NAMES,
  type DbrMetadata,
  type DbrTypeName,
  type FieldType,
  familyOf,
  fieldTypeOf,
} from "./dbr-types.js";

/** One member of a structure; its format reads and writes what the metadata of that name is. */
interface Member {
  readonly name: keyof DbrMetadata;
  readonly at: number;
  readonly format: Format<unknown>;
}

export interface Layout {
  readonly field: FieldType;
  readonly members: readonly Member[];
  /** Offset of the first element (`db_access.h`, dbr_value_offset). */
  readonly valueAt: number;
  readonly elementBytes: number;
}

type Parts = readonly (readonly [keyof DbrMetadata | "padding", Format<unknown> | number])[];

/** Bytes between the metadata and the first element ("RISC_pad" in `db_access.h`). */
const PADDING: Partial<Record<DbrTypeName, number>> = {
  STS_CHAR: 1,
  STS_DOUBLE: 4,
  TIME_SHORT: 2,
  TIME_ENUM: 2,
  TIME_CHAR: 3,
  TIME_DOUBLE: 4,
  GR_CHAR: 1,
  CTRL_CHAR: 1,
};

const ALARM: Parts = [
  ["status", FORMATS.int16],
  ["severity", FORMATS.int16],
];

const DISPLAY_LIMITS = [
  "upperDispLimit",
  "lowerDispLimit",
  "upperAlarmLimit",
  "upperWarningLimit",
  "lowerWarningLimit",
  "lowerAlarmLimit",
] as const;
const CONTROL_LIMITS = [...DISPLAY_LIMITS, "upperCtrlLimit", "lowerCtrlLimit"] as const;

function partsOf(type: number, name: DbrTypeName, field: FieldType): Parts {
  if (name === "STSACK_STRING") {
    return [
      ["status", FORMATS.uint16],
      ["severity", FORMATS.uint16],
      ["ackt", FORMATS.uint16],
      ["acks", FORMATS.uint16],
    ];
  }
  switch (familyOf(type)) {
    case "STS":
      return ALARM;
    case "TIME":
      return [...ALARM, ["time", FORMATS.time]];
    case "GR":
      return [...ALARM, ...displayParts(field, DISPLAY_LIMITS)];
    case "CTRL":
      return [...ALARM, ...displayParts(field, CONTROL_LIMITS)];
    default:
      return [];
  }
}

/** Texts have no limits: their GR and CTRL types are the same as STS. */
function displayParts(field: FieldType, limits: readonly (keyof DbrMetadata)[]): Parts {
  if (field === "STRING") return [];
  if (field === "ENUM") return [["states", FORMATS.states]];
  const { format } = NUMBERS[field];
  const isReal = field === "FLOAT" || field === "DOUBLE";
  const precision: Parts = [
    ["precision", FORMATS.int16],
    ["padding", 2],
  ];
  return [
    ...(isReal ? precision : []),
    ["units", FORMATS.units],
    ...limits.map((limit) => [limit, format] as const),
  ];
}

function layOut(name: DbrTypeName, type: number): Layout {
  // Every name has a field type; the tests go through all of them.
  const field = fieldTypeOf(type) ?? "STRING";
  const members: Member[] = [];
  let at = 0;
  for (const [member, part] of partsOf(type, name, field)) {
    if (typeof part === "number") at += part;
    else if (member !== "padding") {
      members.push({ name: member, at, format: part });
      at += part.bytes;
    }
  }
  const elementBytes = field === "STRING" ? STRING_BYTES : NUMBERS[field].format.bytes;
  return { field, members, valueAt: at + (PADDING[name] ?? 0), elementBytes };
}

/** By DBR number. */
export const LAYOUTS: readonly Layout[] = DBR_TYPE_NAMES.map(layOut);
