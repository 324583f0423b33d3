/**
 * Whole lists as files: walks the handler of a list page by page, so that a million items are never in memory at one time,
 * and no faster than whoever asked takes them.
 */
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { type TSchema, Type } from "@sinclair/typebox";
import type { Page } from "pvmon";
import type { Api } from "./api.js";
import { CsvTable } from "./csv.js";
import { ApiError } from "./errors.js";
import type { ApiRequest, Route } from "./route.js";

const FORMATS = ["csv", "json"] as const;
type Format = (typeof FORMATS)[number];
const TYPES: Readonly<Record<Format, string>> = { csv: "text/csv", json: "application/json" };

type Query = Readonly<Record<string, unknown>>;
type ListRequest = ApiRequest<Query, Query, unknown>;

/** Of a page, for which they make no sense together with a whole list. */
const PAGE_PARAMETERS = ["limit", "cursor", "offset"] as const;

const download = Type.Optional(
  Type.Unsafe<Format>({
    type: "string",
    enum: FORMATS,
    description:
      "The whole list as a file, instead of a page: json is an array of the items, csv has a column for each of their fields. Not together with limit, cursor or offset.",
  }),
);

export interface Download {
  readonly type: string;
  readonly fileName: string;
  /** It fails when the list cannot be read to its end. It has to be read or destroyed. */
  readonly content: Readable;
}

/** The schema of an item, of a row that answers with a page of a list. */
export function itemOf({ method, answer }: Route): TSchema | undefined {
  const { items, next } = answer.properties ?? {};
  return method === "GET" && next !== undefined ? items.items : undefined;
}

/** The row; with `download` among its parameters if it is a list. */
export function downloadable(row: Route): Route {
  if (itemOf(row) === undefined) return row;
  return { ...row, query: Type.Object({ ...row.query?.properties, download }) };
}

/** Which download is asked for, if any. Throws when parameters of a page come with it. */
export function downloadFormat(query: Query, search: string): Format | undefined {
  if (query.download === undefined) return undefined;
  const given = new URLSearchParams(search);
  const wrong = PAGE_PARAMETERS.find((name) => given.has(name));
  if (wrong === undefined) return FORMATS.find((format) => format === query.download);
  throw new ApiError("badParameter", `${wrong}: not possible together with download`, wrong);
}

/** Answers once the first page is there: what is wrong with the request is thrown before anything is sent. */
export async function startDownload(
  row: Route,
  format: Format,
  request: ListRequest,
  api: Api,
): Promise<Download> {
  const walk = pagesOf(row, request, api);
  const first = await walk.next();
  const pages = resumed(first.done === true ? [] : first.value, walk);
  const text = format === "csv" ? csv(row, pages) : json(pages);
  // Of text, in bytes: a page waits until the one before has been taken.
  const content = Readable.from(text, { objectMode: false });
  return { type: TYPES[format], fileName: fileName(row, format, api.clock.now()), content };
}

type Items = readonly unknown[];

async function* pagesOf(row: Route, request: ListRequest, api: Api): AsyncGenerator<Items> {
  const { download, limit, ...filters } = request.query;
  const largest = row.query?.properties.limit?.maximum;
  const query = { ...filters, ...(largest !== undefined && { limit: largest }) };
  let cursor: string | null | undefined;
  while (cursor !== null) {
    request.signal.throwIfAborted();
    const asked = { ...request, query: { ...query, ...(cursor !== undefined && { cursor }) } };
    const page = (await row.handle(asked, api)) as Page<unknown>;
    yield page.items;
    cursor = page.next;
    await setImmediate();
  }
}

async function* resumed(first: Items, rest: AsyncGenerator<Items>): AsyncGenerator<Items> {
  yield first;
  yield* rest;
}

async function* csv(row: Route, pages: AsyncIterable<Items>): AsyncGenerator<string> {
  const table = new CsvTable(itemOf(row) ?? Type.Unknown());
  yield table.header();
  for await (const items of pages) if (items.length > 0) yield table.rows(items);
}

async function* json(pages: AsyncIterable<Items>): AsyncGenerator<string> {
  let isEmpty = true;
  for await (const items of pages) {
    if (items.length === 0) continue;
    const lines = items.map((item) => JSON.stringify(item)).join(",\n");
    yield (isEmpty ? "[\n" : ",\n") + lines;
    isEmpty = false;
  }
  yield isEmpty ? "[]\n" : "\n]\n";
}

/** `heartbeats-pvs-2026-11-28T02-40-11Z.csv`: no file system refuses it. */
function fileName({ route }: Route, format: Format, now: number): string {
  const name = route
    .replace(/^\/api\/v[\d.]+\//, "")
    .replaceAll(/\/\{\w+\}/g, "")
    .replaceAll("/", "-");
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(":", "-");
  return `${name}-${time}Z.${format}`;
}
