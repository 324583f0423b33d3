/** The data types of payloads: their numbers, their names, and what a value of one looks like once it is decoded. */
import type { EpicsTime } from "./time.js";

/** What a field of a record holds, in the order of their DBF numbers (`db_access.h`). */
export const FIELD_TYPES = ["STRING", "SHORT", "FLOAT", "ENUM", "CHAR", "LONG", "DOUBLE"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/**
 * How much comes with the elements: nothing, alarm, alarm and time, alarm and what a display needs, and in addition
 * what a control needs. Each has the seven field types, in this order (CA specification, payload data types).
 */
export const DBR_FAMILIES = ["PLAIN", "STS", "TIME", "GR", "CTRL"] as const;
export type DbrFamily = (typeof DBR_FAMILIES)[number];

type FamilyPrefix<F extends DbrFamily> = F extends "PLAIN" ? "" : `${F}_`;
export type DbrTypeName =
  | `${FamilyPrefix<DbrFamily>}${FieldType}`
  | "PUT_ACKT"
  | "PUT_ACKS"
  | "STSACK_STRING"
  | "CLASS_NAME";

/** Names in the order of their numbers: five families of seven, then the odd ones (`db_access.h`). */
export const DBR_TYPE_NAMES: readonly DbrTypeName[] = [
  ...DBR_FAMILIES.flatMap((family) =>
    FIELD_TYPES.map((field): DbrTypeName => (family === "PLAIN" ? field : `${family}_${field}`)),
  ),
  "PUT_ACKT",
  "PUT_ACKS",
  "STSACK_STRING",
  "CLASS_NAME",
];

/** DBR numbers by name: `DbrType.TIME_DOUBLE` is 20. */
export const DbrType = Object.fromEntries(
  DBR_TYPE_NAMES.map((name, type) => [name, type]),
) as Readonly<Record<DbrTypeName, number>>;

/** The DBR number of a field type in a family, as for a monitor with time stamps of a channel's native type. */
export function dbrType(field: FieldType, family: DbrFamily): number {
  return DBR_FAMILIES.indexOf(family) * FIELD_TYPES.length + FIELD_TYPES.indexOf(field);
}

/** What the elements of a DBR type are; undefined for numbers that are no DBR type. */
export function fieldTypeOf(type: number): FieldType | undefined {
  const name = DBR_TYPE_NAMES[type];
  if (name === undefined) return undefined;
  if (name === "PUT_ACKT" || name === "PUT_ACKS") return "ENUM";
  if (name === "STSACK_STRING" || name === "CLASS_NAME") return "STRING";
  return FIELD_TYPES[type % FIELD_TYPES.length];
}

/** The family of a DBR type; undefined for the odd ones and for numbers that are no DBR type. */
export function familyOf(type: number): DbrFamily | undefined {
  return Number.isInteger(type) ? DBR_FAMILIES[Math.floor(type / FIELD_TYPES.length)] : undefined;
}

/** `DBR_TIME_DOUBLE` for 20, `DBR_UNKNOWN(99)` for what is no DBR type. */
export function dbrTypeName(type: number): string {
  const name = DBR_TYPE_NAMES[type];
  return name === undefined ? `DBR_UNKNOWN(${type})` : `DBR_${name}`;
}

/** `DBF_DOUBLE` for 6, `DBF_NO_ACCESS` for 7, `DBF_UNKNOWN(99)` for what is no field type. */
export function fieldTypeName(type: number): string {
  if (type === FIELD_TYPES.length) return "DBF_NO_ACCESS";
  const name = FIELD_TYPES[type];
  return name === undefined ? `DBF_UNKNOWN(${type})` : `DBF_${name}`;
}

/** What may come with the elements, named as in `db_access.h`; which of it there is depends on the type. */
export interface DbrMetadata {
  /** Alarm condition, an index of {@link ALARM_CONDITIONS}. */
  readonly status?: number;
  /** Alarm severity, an index of {@link ALARM_SEVERITIES}. */
  readonly severity?: number;
  readonly time?: EpicsTime;
  /** Whether transient alarms need to be acknowledged. */
  readonly ackt?: number;
  /** Highest severity that was not acknowledged. */
  readonly acks?: number;
  /** Decimal places to show. */
  readonly precision?: number;
  /** At most 7 characters. */
  readonly units?: string;
  /** The names of an enumeration's states: at most 16, of at most 25 characters. */
  readonly states?: readonly string[];
  readonly upperDispLimit?: number;
  readonly lowerDispLimit?: number;
  readonly upperAlarmLimit?: number;
  readonly upperWarningLimit?: number;
  readonly lowerWarningLimit?: number;
  readonly lowerAlarmLimit?: number;
  readonly upperCtrlLimit?: number;
  readonly lowerCtrlLimit?: number;
}

export type DbrNumbers =
  | Int16Array
  | Uint16Array
  | Uint8Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** A decoded value. Texts are latin-1, byte for byte: EPICS knows no character set. */
export interface DbrValue extends DbrMetadata {
  /** DBR number. */
  readonly type: number;
  /** Texts for STRING and CLASS_NAME, otherwise numbers of the field's own width; CHAR is unsigned. */
  readonly elements: readonly string[] | DbrNumbers;
}

/** A value to be encoded; metadata that is left out is sent as 0 or empty. */
export interface DbrInput extends DbrMetadata {
  readonly type: number;
  readonly elements: readonly string[] | ArrayLike<number>;
}
