/** EPICS Channel Access without sockets: bytes in, messages out, and back. */

export { ALARM_CONDITIONS, ALARM_SEVERITIES } from "./alarm.js";
export {
  type CircuitAction,
  type CircuitOptions,
  CircuitRules,
  type CircuitState,
} from "./circuit-rules.js";
export type { CommandName, Sender } from "./commands.js";
export { Command, commandName } from "./commands.js";
export {
  AccessRights,
  ADDRESS_IS_SOURCE,
  DO_REPLY,
  DONT_REPLY,
  EventMask,
  MAX_SEARCH_DATAGRAM_BYTES,
  MAX_TEXT_BYTES,
  MINIMUM_MINOR_VERSION,
  MINOR_VERSION,
  PRIORITY_MAX,
  PRIORITY_MIN,
  REPEATER_PORT,
  SERVER_PORT,
  UNREASONABLE_NAME_BYTES,
} from "./constants.js";
export { DAMAGE_REASONS, type Damage } from "./damage.js";
export { decodeDatagram } from "./datagram.js";
export { type DecodedDbr, decodeDbr } from "./dbr-decode.js";
export { encodeDbr } from "./dbr-encode.js";
export * from "./dbr-types.js";
export type { Decoded } from "./decode.js";
export { Eca, type EcaName, ecaText } from "./eca.js";
export { encodeDatagram, encodeMessage } from "./encode.js";
export { type Header, headerBytes, readHeader } from "./header.js";
export type * from "./message.js";
export {
  type PacingOptions,
  retryWaitsMs,
  type SearchDatagram,
  SearchPacer,
} from "./pacing.js";
export { SearchScan } from "./search-scan.js";
export { type ServedAt, servedAt } from "./served-at.js";
export { StreamDecoder, type StreamOptions } from "./stream.js";
export {
  EPICS_EPOCH_SECONDS,
  type EpicsTime,
  epicsTimeToUtcMs,
  utcMsToEpicsTime,
} from "./time.js";
