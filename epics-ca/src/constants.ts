/** Numbers of Channel Access that are neither commands nor types, each with where it is laid down. */

/** UDP and TCP port of servers (CA specification, port numbers; EPICS_CA_SERVER_PORT overrides it). */
export const SERVER_PORT = 5064;
/** UDP port of beacons and of the repeater (CA specification, port numbers; EPICS_CA_REPEATER_PORT overrides it). */
export const REPEATER_PORT = 5065;

/** Minor version of the protocol spoken here: 4.13, as EPICS Base 7 (CA specification, version compatibility). */
export const MINOR_VERSION = 13;
/** Servers of EPICS Base ignore searches of versions below this one (`caProto.h`, CA_MINIMUM_SUPPORTED_VERSION). */
export const MINIMUM_MINOR_VERSION = 4;

/** Largest search datagram that libca sends (`caProto.h`, MAX_UDP_SEND). Servers accept 64 KiB. */
export const MAX_SEARCH_DATAGRAM_BYTES = 1024;
/** Names of this many bytes and more are taken to be invalid (`caProto.h`, unreasonablePVNameSize). */
export const UNREASONABLE_NAME_BYTES = 500;
/** Most bytes read of a text that is not a name: an error message, a user, a host. The rest is cut off. */
export const MAX_TEXT_BYTES = 4096;

/** Search replies with this address are served by whoever sent them (CA specification, search reply). */
export const ADDRESS_IS_SOURCE = 0xffff_ffff;

/** Search reply flag (CA specification): a server without the name stays silent. The only legal one over UDP. */
export const DONT_REPLY = 5;
/** Search reply flag (CA specification): a server without the name answers NOT_FOUND. For TCP. */
export const DO_REPLY = 10;

/** Data type of a VERSION message on UDP whose parameter 1 is a sequence number (`caProto.h`, sequenceNoIsValid). */
export const SEQUENCE_IS_VALID = 1;

/** Lowest and highest priority of a circuit (`caProto.h`, CA_PROTO_PRIORITY_MIN and _MAX). */
export const PRIORITY_MIN = 0;
export const PRIORITY_MAX = 99;

/** Bits of {@link AccessRightsMessage.rights} (CA specification, access rights). */
export const AccessRights = { READ: 1, WRITE: 2 } as const;

/** Bits of {@link EventAdd.mask} (CA specification, monitor mask). */
export const EventMask = { VALUE: 1, LOG: 2, ALARM: 4, PROPERTY: 8 } as const;
