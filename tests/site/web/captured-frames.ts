/** Frames of a capture, as a control network has them. */
import {
  ADDRESS_IS_SOURCE,
  DONT_REPLY,
  encodeDatagram,
  encodeMessage,
  type Message,
  MINOR_VERSION,
} from "epics-ca";
import type { CapturedFrame } from "../../plugins/ca-sniffer/support/captures.js";
import { ethernet, udpPacket } from "../../plugins/ca-sniffer/support/frames.js";

export const SEARCH_PORT = 5064;
const BEACON_PORT = 5065;
const BEACON_SOURCE_PORT = 40_001;
const CLIENT_PORT = 40_000;
const VERSION: Message = { type: "version", priority: 0, minorVersion: MINOR_VERSION };

export interface Asked {
  readonly cid: number;
  readonly name: string;
}

interface Beacon {
  readonly server: string;
  readonly port: number;
  readonly sequence: number;
  readonly broadcast: string;
}

export function beaconFrame(at: number, beacon: Beacon): CapturedFrame {
  const { server, port, sequence, broadcast } = beacon;
  const ends = {
    from: `${server}:${BEACON_SOURCE_PORT}`,
    to: `${broadcast}:${BEACON_PORT}`,
  };
  const message = encodeMessage({
    type: "beacon",
    minorVersion: MINOR_VERSION,
    port,
    sequence,
    address: 0,
  });
  return { at, frame: ethernet(udpPacket(ends, message)) };
}

export function searchFrame(
  at: number,
  client: string,
  broadcast: string,
  asked: readonly Asked[],
): CapturedFrame {
  const ends = { from: `${client}:${CLIENT_PORT}`, to: `${broadcast}:${SEARCH_PORT}` };
  const searches = asked.map(
    ({ cid, name }): Message => ({
      type: "search",
      name,
      cid,
      replyFlag: DONT_REPLY,
      minorVersion: MINOR_VERSION,
    }),
  );
  return { at, frame: ethernet(udpPacket(ends, encodeDatagram([VERSION, ...searches]))) };
}

/** The answer of a server to all that a client has asked for. */
export function replyFrame(
  at: number,
  server: string,
  client: string,
  asked: readonly Asked[],
): CapturedFrame {
  const ends = { from: `${server}:${SEARCH_PORT}`, to: `${client}:${CLIENT_PORT}` };
  const replies = asked.map(
    ({ cid }): Message => ({
      type: "searchReply",
      cid,
      port: SEARCH_PORT,
      address: ADDRESS_IS_SOURCE,
      minorVersion: MINOR_VERSION,
    }),
  );
  const payload = encodeDatagram([VERSION, ...replies]);
  return { at, frame: ethernet(udpPacket(ends, payload)) };
}
