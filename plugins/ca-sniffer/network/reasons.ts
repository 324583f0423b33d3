/** Why something of a packet could not be used: a closed set, together with epics-ca's reasons of damage. */

export const PACKET_ERRORS = [
  "capture damaged",
  "capture truncated",
  "unknown link type",
  "bad time",
  "truncated packet",
  "bad IPv4 header",
  "bad UDP header",
  "bad TCP header",
  "fragments incomplete",
  "fragments overlap",
  "TCP gap",
  "TCP stream out of step",
  "beacon without address",
] as const;

export type PacketError = (typeof PACKET_ERRORS)[number];

/** Takes note of one. */
export type CountError = (reason: PacketError) => void;
