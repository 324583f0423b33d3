/** Random messages and values of every kind, as they come back from decoding: one table, so that none is forgotten. */
import type { DbrInput, Message, MessageOf, MessageType } from "epics-ca";
import { DBR_TYPE_NAMES, type FieldType, familyOf, fieldTypeOf } from "epics-ca";
import fc from "fast-check";

/** Objects as they come from a decoder, with the usual prototype. */
function object<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true });
}

const u16 = fc.nat({ max: 0xffff });
const u32 = fc.nat({ max: 0xffff_ffff });

const latin1 = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength, maxLength, min: 1 }).map((codes) => String.fromCharCode(...codes));

const name = fc.oneof(
  { weight: 8, arbitrary: latin1(1, 60) },
  { weight: 1, arbitrary: latin1(480, 499) },
);

/** Payloads keep their padding, so those of other lengths come back longer. */
const payload = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((bytes) =>
    Uint8Array.from({ length: Math.ceil(bytes.length / 8) * 8 }, (_, i) => bytes[i] ?? 0),
  );

const typed = { dataType: u16, dataCount: u32 };
const transfer = { sid: u32, ioid: u32 };

type Fields<T extends MessageType> = {
  [K in keyof Omit<MessageOf<T>, "type">]: fc.Arbitrary<MessageOf<T>[K]>;
};

const FIELDS: { [T in Exclude<MessageType, "version">]: Fields<T> } = {
  search: { name, cid: u32, replyFlag: fc.constantFrom(5, 10), minorVersion: u16 },
  searchReply: {
    cid: u32,
    port: u16.filter((port) => port !== 5 && port !== 10),
    address: u32,
    minorVersion: fc.option(u16, { nil: undefined }),
  },
  notFound: { cid: u32, replyFlag: u16, minorVersion: u16 },
  echo: {},
  beacon: { minorVersion: u16, port: u16, sequence: u32, address: u32 },
  repeaterRegister: { address: u32 },
  repeaterConfirm: { address: u32 },
  hostName: { name: latin1(0, 80) },
  clientName: { name: latin1(0, 80) },
  createChan: { name, cid: u32, minorVersion: u32 },
  createChanReply: { ...typed, cid: u32, sid: u32 },
  createChFail: { cid: u32 },
  accessRights: { cid: u32, rights: u32 },
  clearChannel: { sid: u32, cid: u32 },
  serverDisconn: { cid: u32 },
  read: { ...typed, ...transfer },
  readReply: { ...typed, ...transfer, payload },
  readNotify: { ...typed, ...transfer },
  readNotifyReply: { ...typed, status: u32, ioid: u32, payload },
  readSync: {},
  write: { ...typed, ...transfer, payload },
  writeNotify: { ...typed, ...transfer, payload },
  writeNotifyReply: { ...typed, status: u32, ioid: u32 },
  eventAdd: { ...typed, sid: u32, subscriptionId: u32, mask: fc.integer({ min: 1, max: 0xffff }) },
  eventAddReply: {
    ...typed,
    status: u32,
    subscriptionId: u32,
    // All of its sixteen bytes but the last four being 0 is how a request looks.
    payload: payload.filter((bytes) => bytes.length !== 16 || bytes[0] !== 0),
  },
  eventCancel: { ...typed, sid: u32, subscriptionId: u32 },
  eventsOff: {},
  eventsOn: {},
  error: {
    cid: u32,
    status: u32,
    text: latin1(0, 80),
    request: object({
      command: u16,
      payloadSize: u32,
      dataType: u16,
      dataCount: u32,
      parameter1: u32,
      parameter2: u32,
    }),
  },
};

/** A data type of 1 is both a priority and "there is a sequence number". */
const version: fc.Arbitrary<Message> = fc.oneof(
  object({
    type: fc.constant("version" as const),
    priority: u16.filter((priority) => priority !== 1),
    minorVersion: u16,
  }),
  object({
    type: fc.constant("version" as const),
    priority: fc.constant(1),
    minorVersion: u16,
    sequence: u32,
  }),
);

/** Messages of each type; not the few whose fields alone do not tell request from reply. */
export const MESSAGES: ReadonlyMap<string, fc.Arbitrary<Message>> = new Map([
  ["version", version],
  ...Object.entries(FIELDS).map(
    ([type, fields]) =>
      [type, object({ type: fc.constant(type), ...fields }) as fc.Arbitrary<Message>] as const,
  ),
]);

export const message: fc.Arbitrary<Message> = fc.oneof(...MESSAGES.values());

/** Messages of a search datagram, more or less. */
export const searchMessage: fc.Arbitrary<Message> = fc.oneof(
  { weight: 6, arbitrary: MESSAGES.get("search")! },
  { weight: 1, arbitrary: version },
  { weight: 1, arbitrary: message },
);

const int16 = fc.integer({ min: -0x8000, max: 0x7fff });

const ELEMENTS: Readonly<Record<FieldType, fc.Arbitrary<string | number>>> = {
  STRING: latin1(0, 39),
  SHORT: int16,
  FLOAT: fc.float(),
  ENUM: u16,
  CHAR: fc.nat({ max: 0xff }),
  LONG: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  DOUBLE: fc.double(),
};

const LIMITS = [
  "upperDispLimit",
  "lowerDispLimit",
  "upperAlarmLimit",
  "upperWarningLimit",
  "lowerWarningLimit",
  "lowerAlarmLimit",
];

/** Values of a DBR type with all of its metadata. */
export function value(type: number): fc.Arbitrary<DbrInput> {
  const field = fieldTypeOf(type) ?? "STRING";
  const element = ELEMENTS[field];
  return object({
    type: fc.constant(type),
    elements: fc.array(element, { maxLength: 6 }),
    ...metadata(type, field, element),
  }) as fc.Arbitrary<DbrInput>;
}

function metadata(
  type: number,
  field: FieldType,
  element: fc.Arbitrary<unknown>,
): Record<string, fc.Arbitrary<unknown>> {
  const family = familyOf(type);
  if (DBR_TYPE_NAMES[type] === "STSACK_STRING") {
    return { status: u16, severity: u16, ackt: u16, acks: u16 };
  }
  if (family === undefined || family === "PLAIN") return {};
  const alarm = { status: int16, severity: int16 };
  if (family === "STS" || field === "STRING") {
    return family === "TIME" ? { ...alarm, time: time() } : alarm;
  }
  if (family === "TIME") return { ...alarm, time: time() };
  if (field === "ENUM") return { ...alarm, states: fc.array(latin1(0, 25), { maxLength: 16 }) };
  const limits = family === "CTRL" ? [...LIMITS, "upperCtrlLimit", "lowerCtrlLimit"] : LIMITS;
  return {
    ...alarm,
    ...(field === "FLOAT" || field === "DOUBLE" ? { precision: int16 } : {}),
    units: latin1(0, 7),
    ...Object.fromEntries(limits.map((limit) => [limit, element])),
  };
}

function time(): fc.Arbitrary<unknown> {
  return object({ seconds: u32, nanoseconds: u32 });
}
