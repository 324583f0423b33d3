/** Why something could not be used: a closed set, so that counters by reason stay few whatever the network sends. */
import type { Damage } from "epics-ca";

/** Of files, packets and streams. */
export type PacketError =
  | "capture damaged"
  | "capture truncated"
  | "unknown link type"
  | "bad time"
  | "truncated packet"
  | "bad IPv4 header"
  | "bad UDP header"
  | "bad TCP header"
  | "fragments incomplete"
  | "fragments overlap"
  | "TCP gap"
  | "TCP stream out of step"
  | "beacon without address";

/** Those, and what epics-ca finds wrong with messages. */
export type DecodeError = PacketError | Damage;

/** Takes note of one. */
export type CountError = (reason: PacketError) => void;
