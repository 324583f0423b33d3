/**
 * The messages of Channel Access as values: one type each, told apart by `type`. Numbers are u16 where the wire has a
 * data type, u32 elsewhere; texts are latin-1, byte for byte, since the protocol knows no character set.
 */
import type { Header } from "./header.js";

/** First message of a search datagram and of a circuit (CA specification, CA_PROTO_VERSION). */
export interface Version {
  readonly type: "version";
  /** Priority of the circuit, 0..99. On UDP this field is 1 where `sequence` is valid. */
  readonly priority: number;
  readonly minorVersion: number;
  /**
   * Number of the datagram, from version 4.11 on: libca raises it by one with each, servers repeat it in their reply.
   * It and a priority of 1 look the same on the wire, so that it means nothing on a circuit.
   */
  readonly sequence?: number;
}

/** Who has this name? */
export interface Search {
  readonly type: "search";
  /** 1..499 bytes. */
  readonly name: string;
  /** The client's id of the search; a retry has the same. */
  readonly cid: number;
  /** {@link DONT_REPLY} or {@link DO_REPLY}. */
  readonly replyFlag: number;
  readonly minorVersion: number;
}

/** "I have it." */
export interface SearchReply {
  readonly type: "searchReply";
  readonly cid: number;
  /** TCP port of the server; see {@link servedAt}. */
  readonly port: number;
  /** IPv4 address of the server as a number, {@link ADDRESS_IS_SOURCE} for that of the sender. */
  readonly address: number;
  /** Undefined over TCP and from very old servers, which do not say. */
  readonly minorVersion: number | undefined;
}

/** "I do not have it", and only over TCP and when asked with {@link DO_REPLY}: never a proof of absence. */
export interface NotFound {
  readonly type: "notFound";
  readonly cid: number;
  readonly replyFlag: number;
  readonly minorVersion: number;
}

/** Is the circuit alive? The server sends it back. */
export interface Echo {
  readonly type: "echo";
}

/** RSRV_IS_UP: a server says that it lives, with rising delays after its start, then every 15 s by default. */
export interface Beacon {
  readonly type: "beacon";
  readonly minorVersion: number;
  /** TCP port of the server; 0 from ancient ones, which use the default. */
  readonly port: number;
  /** Rises by one with each; always 0 from servers before 4.10. */
  readonly sequence: number;
  /** IPv4 address of the server as a number, 0 where the receiver has to take the sender's. */
  readonly address: number;
}

/** A client asks the repeater of its host for beacons. */
export interface RepeaterRegister {
  readonly type: "repeaterRegister";
  readonly address: number;
}

export interface RepeaterConfirm {
  readonly type: "repeaterConfirm";
  readonly address: number;
}

/** The client's host, for access security. */
export interface HostName {
  readonly type: "hostName";
  readonly name: string;
}

/** The client's user, for access security. */
export interface ClientName {
  readonly type: "clientName";
  readonly name: string;
}

export interface CreateChan {
  readonly type: "createChan";
  readonly name: string;
  readonly cid: number;
  readonly minorVersion: number;
}

export interface CreateChanReply {
  readonly type: "createChanReply";
  readonly cid: number;
  readonly sid: number;
  /** Native type of the channel, DBR number. */
  readonly dataType: number;
  /** Most elements that the channel can have. */
  readonly dataCount: number;
}

/** The server does not have the name after all. */
export interface CreateChFail {
  readonly type: "createChFail";
  readonly cid: number;
}

export interface AccessRightsMessage {
  readonly type: "accessRights";
  readonly cid: number;
  /** Bits of {@link AccessRights}. */
  readonly rights: number;
}

/** Ends a channel; the server confirms with the same message. */
export interface ClearChannel {
  readonly type: "clearChannel";
  readonly sid: number;
  readonly cid: number;
}

/** The server ends a channel. */
export interface ServerDisconn {
  readonly type: "serverDisconn";
  readonly cid: number;
}

/** A DBR type and how many elements of it; a request for 0 elements means "as many as there are" from 4.13 on. */
interface Typed {
  readonly dataType: number;
  readonly dataCount: number;
}

interface Data extends Typed {
  /** The DBR value with its padding, a view of the bytes that were decoded. */
  readonly payload: Uint8Array;
}

interface Transfer {
  readonly sid: number;
  readonly ioid: number;
}

/** Obsolete: `readNotify` without a status in its reply. */
export interface Read extends Typed, Transfer {
  readonly type: "read";
}

export interface ReadReply extends Data, Transfer {
  readonly type: "readReply";
}

export interface ReadNotify extends Typed, Transfer {
  readonly type: "readNotify";
}

export interface ReadNotifyReply extends Data {
  readonly type: "readNotifyReply";
  /** An ECA status. */
  readonly status: number;
  readonly ioid: number;
}

export interface ReadSync {
  readonly type: "readSync";
}

export interface Write extends Data, Transfer {
  readonly type: "write";
}

export interface WriteNotify extends Data, Transfer {
  readonly type: "writeNotify";
}

export interface WriteNotifyReply extends Typed {
  readonly type: "writeNotifyReply";
  /** An ECA status. */
  readonly status: number;
  readonly ioid: number;
}

/** Starts a subscription. */
export interface EventAdd extends Typed {
  readonly type: "eventAdd";
  readonly sid: number;
  readonly subscriptionId: number;
  /** Bits of {@link EventMask}. */
  readonly mask: number;
}

/** A value of a subscription; without payload the last one, after it was cancelled. */
export interface EventAddReply extends Data {
  readonly type: "eventAddReply";
  /** An ECA status. */
  readonly status: number;
  readonly subscriptionId: number;
}

export interface EventCancel extends Typed {
  readonly type: "eventCancel";
  readonly sid: number;
  readonly subscriptionId: number;
}

/** Flow control: the client wants no more values for now. */
export interface EventsOff {
  readonly type: "eventsOff";
}

export interface EventsOn {
  readonly type: "eventsOn";
}

/** The server could not do what `request` asked. */
export interface ErrorMessage {
  readonly type: "error";
  readonly cid: number;
  /** An ECA status. */
  readonly status: number;
  /** The header of the message that failed. */
  readonly request: Header;
  readonly text: string;
}

export type Message =
  | Version
  | Search
  | SearchReply
  | NotFound
  | Echo
  | Beacon
  | RepeaterRegister
  | RepeaterConfirm
  | HostName
  | ClientName
  | CreateChan
  | CreateChanReply
  | CreateChFail
  | AccessRightsMessage
  | ClearChannel
  | ServerDisconn
  | Read
  | ReadReply
  | ReadNotify
  | ReadNotifyReply
  | ReadSync
  | Write
  | WriteNotify
  | WriteNotifyReply
  | EventAdd
  | EventAddReply
  | EventCancel
  | EventsOff
  | EventsOn
  | ErrorMessage;

export type MessageType = Message["type"];
export type MessageOf<T extends MessageType> = Extract<Message, { readonly type: T }>;
