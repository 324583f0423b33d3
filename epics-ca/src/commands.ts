/** The one table of messages: what each header field of each message means. Names, encoding and decoding follow it. */
import type { BodyFormat } from "./body.js";
import { DO_REPLY, DONT_REPLY } from "./constants.js";
import { looksLikeEventMask } from "./event-mask.js";
import type { Header } from "./header.js";
import type { MessageOf, MessageType } from "./message.js";

/** Command numbers (CA specification, commands). The others are obsolete; no server of EPICS Base 7 knows them. */
export const Command = {
  VERSION: 0,
  EVENT_ADD: 1,
  EVENT_CANCEL: 2,
  READ: 3,
  WRITE: 4,
  SEARCH: 6,
  EVENTS_OFF: 8,
  EVENTS_ON: 9,
  READ_SYNC: 10,
  ERROR: 11,
  CLEAR_CHANNEL: 12,
  RSRV_IS_UP: 13,
  NOT_FOUND: 14,
  READ_NOTIFY: 15,
  REPEATER_CONFIRM: 17,
  CREATE_CHAN: 18,
  WRITE_NOTIFY: 19,
  CLIENT_NAME: 20,
  HOST_NAME: 21,
  ACCESS_RIGHTS: 22,
  ECHO: 23,
  REPEATER_REGISTER: 24,
  CREATE_CH_FAIL: 26,
  SERVER_DISCONN: 27,
} as const;

export type CommandName = keyof typeof Command;

/** Which end sends a message. A repeater counts as a server. */
export type Sender = "client" | "server";

/** The header fields whose meaning depends on the command. */
export type Slot = "dataType" | "dataCount" | "parameter1" | "parameter2";

type NumberField<M> = { [K in keyof M & string]: M[K] extends number ? K : never }[keyof M &
  string];

/** One message. A slot names the message's field that it carries; slots that are not named are 0 on the wire. */
export interface Row<Field extends string = string> {
  readonly command: CommandName;
  readonly from: Sender | "either";
  readonly dataType?: Field;
  readonly dataCount?: Field;
  readonly parameter1?: Field;
  readonly parameter2?: Field;
  /** What the slots do not say, in the payload as a rule. */
  readonly body?: BodyFormat;
  /**
   * Tells this message from the others of its command when it is not known who sent it. The first row that fits is
   * taken; a row without a rule always fits.
   */
  readonly fits?: (header: Header, bytes: Uint8Array, payloadStart: number) => boolean;
}

const hasPayload = ({ payloadSize }: Header): boolean => payloadSize > 0;
const hasNoPayload = ({ payloadSize }: Header): boolean => payloadSize === 0;

/** What most messages of a channel's values have in common. */
const TYPED = { dataType: "dataType", dataCount: "dataCount" } as const;

export const MESSAGE_TABLE: { readonly [T in MessageType]: Row<NumberField<MessageOf<T>>> } = {
  version: {
    command: "VERSION",
    from: "either",
    dataType: "priority",
    dataCount: "minorVersion",
    body: "sequence",
  },
  search: {
    command: "SEARCH",
    from: "client",
    dataType: "replyFlag",
    dataCount: "minorVersion",
    parameter1: "cid",
    parameter2: "cid",
    body: "name",
    fits: (h) =>
      isSearchRequest(h.payloadSize, h.dataType, h.dataCount, h.parameter1, h.parameter2),
  },
  searchReply: {
    command: "SEARCH",
    from: "server",
    dataType: "port",
    parameter1: "address",
    parameter2: "cid",
    body: "minorVersion",
  },
  notFound: {
    command: "NOT_FOUND",
    from: "server",
    dataType: "replyFlag",
    dataCount: "minorVersion",
    parameter1: "cid",
    parameter2: "cid",
  },
  echo: { command: "ECHO", from: "either" },
  beacon: {
    command: "RSRV_IS_UP",
    from: "server",
    dataType: "minorVersion",
    dataCount: "port",
    parameter1: "sequence",
    parameter2: "address",
  },
  repeaterRegister: { command: "REPEATER_REGISTER", from: "client", parameter2: "address" },
  repeaterConfirm: { command: "REPEATER_CONFIRM", from: "server", parameter2: "address" },
  hostName: { command: "HOST_NAME", from: "client", body: "label" },
  clientName: { command: "CLIENT_NAME", from: "client", body: "label" },
  createChan: {
    command: "CREATE_CHAN",
    from: "client",
    parameter1: "cid",
    parameter2: "minorVersion",
    body: "name",
    fits: hasPayload,
  },
  createChanReply: {
    command: "CREATE_CHAN",
    from: "server",
    ...TYPED,
    parameter1: "cid",
    parameter2: "sid",
  },
  createChFail: { command: "CREATE_CH_FAIL", from: "server", parameter1: "cid" },
  accessRights: {
    command: "ACCESS_RIGHTS",
    from: "server",
    parameter1: "cid",
    parameter2: "rights",
  },
  clearChannel: {
    command: "CLEAR_CHANNEL",
    from: "either",
    parameter1: "sid",
    parameter2: "cid",
  },
  serverDisconn: { command: "SERVER_DISCONN", from: "server", parameter1: "cid" },
  read: {
    command: "READ",
    from: "client",
    ...TYPED,
    parameter1: "sid",
    parameter2: "ioid",
    fits: hasNoPayload,
  },
  readReply: {
    command: "READ",
    from: "server",
    ...TYPED,
    parameter1: "sid",
    parameter2: "ioid",
    body: "data",
  },
  readNotify: {
    command: "READ_NOTIFY",
    from: "client",
    ...TYPED,
    parameter1: "sid",
    parameter2: "ioid",
    fits: hasNoPayload,
  },
  readNotifyReply: {
    command: "READ_NOTIFY",
    from: "server",
    ...TYPED,
    parameter1: "status",
    parameter2: "ioid",
    body: "data",
  },
  readSync: { command: "READ_SYNC", from: "client" },
  write: {
    command: "WRITE",
    from: "client",
    ...TYPED,
    parameter1: "sid",
    parameter2: "ioid",
    body: "data",
  },
  writeNotify: {
    command: "WRITE_NOTIFY",
    from: "client",
    ...TYPED,
    parameter1: "sid",
    parameter2: "ioid",
    body: "data",
    fits: hasPayload,
  },
  writeNotifyReply: {
    command: "WRITE_NOTIFY",
    from: "server",
    ...TYPED,
    parameter1: "status",
    parameter2: "ioid",
  },
  eventAdd: {
    command: "EVENT_ADD",
    from: "client",
    ...TYPED,
    parameter1: "sid",
    parameter2: "subscriptionId",
    body: "mask",
    fits: looksLikeEventMask,
  },
  eventAddReply: {
    command: "EVENT_ADD",
    from: "server",
    ...TYPED,
    parameter1: "status",
    parameter2: "subscriptionId",
    body: "data",
  },
  eventCancel: {
    command: "EVENT_CANCEL",
    from: "client",
    ...TYPED,
    parameter1: "sid",
    parameter2: "subscriptionId",
  },
  eventsOff: { command: "EVENTS_OFF", from: "client" },
  eventsOn: { command: "EVENTS_ON", from: "client" },
  error: {
    command: "ERROR",
    from: "server",
    parameter1: "cid",
    parameter2: "status",
    body: "error",
  },
};

/**
 * Whether a SEARCH is a request. Replies have a data count of 0 and at most 8 bytes of payload; so has the request of
 * a client that states no version for a name of up to 8 bytes, but its data type is a reply flag, where a reply has a
 * TCP port, and its id stands in both parameters (CA specification, CA_PROTO_SEARCH).
 */
export function isSearchRequest(
  payloadSize: number,
  dataType: number,
  dataCount: number,
  parameter1: number,
  parameter2: number,
): boolean {
  if (dataCount !== 0 || (payloadSize !== 0 && payloadSize !== 8)) return true;
  return (dataType === DONT_REPLY || dataType === DO_REPLY) && parameter1 === parameter2;
}

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(Command).map(([name, command]) => [command, name]),
);

/** `SEARCH` for 6; undefined for numbers that are no command. */
export function commandName(command: number): string | undefined {
  return NAMES.get(command);
}
