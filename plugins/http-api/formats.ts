/** What parameters look like: formats beyond plain JSON schema, each with the words for an error message. */
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { parseEndpoint, parseIpv4 } from "pvmon";
import { rangeMs } from "./history.js";

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
const HOST_NAME = /^[A-Za-z0-9_.-]{1,253}$/;
/** Control characters other than tab and line breaks, and halves of surrogate pairs: no database has to be trusted with them. */
const UNPRINTABLE = /[^\P{Cc}\t\r\n]|\p{Cs}/u;
const MAX_UINT32 = 0xffff_ffff;

export const FORMATS = {
  "pv-name": {
    text: "a PV name: 1..499 bytes, each given as one character up to U+00FF, in UTF-8",
    validate: (name: string) =>
      name.length > 0 && name.length < 500 && [...name].every((char) => char <= "\u00ff"),
  },
  "ip-port": {
    text: "an IPv4 address and a port, as in 10.7.0.1:5064",
    validate: (value: string) => parseEndpoint(value) !== undefined,
  },
  ipv4: {
    text: "an IPv4 address, as in 10.7.0.1",
    validate: (value: string) => parseIpv4(value) !== undefined,
  },
  "ip-or-name": {
    text: "an IPv4 address, as in 10.7.0.1, or the name of a host",
    validate: (value: string) =>
      /^[\d.]*$/.test(value) ? parseIpv4(value) !== undefined : HOST_NAME.test(value),
  },
  "ip-name-or-number": {
    text: "an IPv4 address, as in 10.7.0.1 or as its 32-bit number, or the name of a host",
    validate: (value: string) =>
      /^\d{1,10}$/.test(value)
        ? Number(value) <= MAX_UINT32
        : FORMATS["ip-or-name"].validate(value),
  },
  "app-id": {
    text: "the id of an application: 16 hexadecimal digits",
    validate: (value: string) => /^[0-9a-f]{16}$/.test(value),
  },
  "event-id": {
    text: "the id of an event: a number as text",
    validate: (value: string) => /^(0|[1-9]\d{0,18})$/.test(value),
  },
  range: {
    text: "1h to 2y, as in 6h, 10d, 2w or 1y",
    validate: (value: string) => rangeMs(value) !== undefined,
  },
  "latest-or-range": {
    text: "latest, or 1h to 2y, as in 6h, 10d, 2w or 1y",
    validate: (value: string) => value === "latest" || rangeMs(value) !== undefined,
  },
  "date-time": {
    text: "a time as in 2026-01-31T23:59:00Z",
    validate: (value: string) => ISO_TIME.test(value) && !Number.isNaN(Date.parse(value)),
  },
  "free-text": {
    text: "text without control characters other than tabs and line breaks",
    validate: (value: string) => !UNPRINTABLE.test(value),
  },
};

export type Format = keyof typeof FORMATS;

const formatted = (format: Format) => (description: string) => Type.String({ format, description });

export const pvName = formatted("pv-name");
export const ipPort = formatted("ip-port");
export const ipv4 = formatted("ipv4");
export const ipOrName = formatted("ip-or-name");
export const ipNameOrNumber = formatted("ip-name-or-number");
export const appId = formatted("app-id");
export const eventId = formatted("event-id");
export const range = formatted("range");
export const time = formatted("date-time");
export const latestOrRange = (description: string, byDefault: string) =>
  Type.String({ format: "latest-or-range", description, default: byDefault });

/** What people write; it may have several lines. */
export const freeText = (description: string, maxLength: number, minLength = 1) =>
  Type.String({ format: "free-text", minLength, maxLength, description });

/** Of what lists are searched for. */
export const partOf = (what: string) => freeText(`A part of ${what}; any case.`, 200);

/** A comma list in the query. */
export const commaList = <T extends TSchema>(items: T, description: string, maxItems = 50) =>
  Type.Unsafe<readonly Static<T>[]>(
    Type.Array(items, { description, minItems: 1, maxItems, uniqueItems: true }),
  );

/** What every list takes. */
export const paging = {
  limit: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 50,
    description: "At most so many items.",
  }),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4096,
      description: "`next` of the page before; the other parameters must be the same.",
    }),
  ),
};

/** What a list takes of which any page can be had at once. */
export const randomAccess = {
  order: Type.Optional(
    Type.Union([Type.Literal("asc"), Type.Literal("desc")], {
      description:
        "Without it the one that people look for first: numbers and times go down, texts and states up.",
    }),
  ),
  ...paging,
  offset: Type.Optional(
    Type.Integer({
      minimum: 0,
      description:
        "So many items come before the page; instead of `cursor`. Any page of the list is then found at once; `next` is null.",
    }),
  ),
};
