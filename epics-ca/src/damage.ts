/** What can be wrong with received bytes: a closed list, so that damage can be counted by reason. */

export const DAMAGE_REASONS = [
  /** Fewer bytes left than a header has. */
  "truncated header",
  /** The header promises more payload than there is. */
  "truncated payload",
  /** No command of Channel Access: the rest cannot be trusted either. */
  "unknown command",
  /** More than a stream decoder was told to accept. */
  "message too large",
  /** A search or channel without a name. */
  "empty name",
  /** A name of 500 bytes or more. */
  "unreasonable name",
  /** Too short a payload for what the command carries. */
  "malformed payload",
  /** No DBR type. */
  "unknown data type",
  /** Fewer bytes than the declared number of elements needs. */
  "truncated value",
] as const;

export type Damage = (typeof DAMAGE_REASONS)[number];
