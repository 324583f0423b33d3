/** Items of a list as CSV (RFC 4180), in columns that follow from their schema. */
import type { TSchema } from "@sinclair/typebox";
import { stringify } from "csv-stringify/sync";

/** Where the value of a column is in an item: `["startedAt", "at"]`; the item itself when there is nothing in it. */
type Column = readonly string[];

type Cell = string | number | null;

export class CsvTable {
  readonly #columns: readonly Column[];

  /** @param item the schema of an item. */
  constructor(item: TSchema) {
    this.#columns = columnsOf(item, []);
  }

  /** Fields of fields have names with dots. */
  header(): string {
    return lines([this.#columns.map((column) => column.join(".") || "value")]);
  }

  /** A line for each, with its line break. */
  rows(items: readonly unknown[]): string {
    return lines(items.map((item) => this.#columns.map((column) => cell(valueAt(item, column)))));
  }
}

/** A spreadsheet takes text that begins with one of =, +, -, @, TAB and CR for a formula, and runs it: it gets an apostrophe. */
function lines(rows: readonly (readonly Cell[])[]): string {
  return stringify([...rows], { escape_formulas: true, record_delimiter: "windows" });
}

function columnsOf(schema: TSchema, path: Column): Column[] {
  const fields = fieldsOf(schema);
  if (fields === undefined) return [path];
  return Object.entries(fields).flatMap(([name, field]) => columnsOf(field, [...path, name]));
}

/** Of an object, or of what is an object or null. */
function fieldsOf(schema: TSchema): Readonly<Record<string, TSchema>> | undefined {
  const kinds: readonly TSchema[] = schema.anyOf ?? [schema];
  const [kind, ...others] = kinds.filter(({ type }) => type !== "null");
  return others.length === 0 ? kind?.properties : undefined;
}

function valueAt(item: unknown, [name, ...rest]: Column): unknown {
  if (name === undefined || item === null || item === undefined) return item;
  return valueAt((item as Readonly<Record<string, unknown>>)[name], rest);
}

function cell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number") return value;
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join(" ");
  return JSON.stringify(value);
}
