/** The status codes of servers and libca: what they are called and what they mean (`caerr.h`). */

/** `caerr.h`, CA_K_*: the low three bits of a status. */
const SEVERITY = { warning: 0, success: 1, error: 2, info: 3, fatal: 6 } as const;

/** In the order of their message numbers. */
const ROWS = [
  ["NORMAL", "success", "Normal successful completion"],
  ["MAXIOC", "error", "Maximum simultaneous IOC connections exceeded"],
  ["UKNHOST", "error", "Unknown internet host"],
  ["UKNSERV", "error", "Unknown internet service"],
  ["SOCK", "error", "Unable to allocate a new socket"],
  ["CONN", "warning", "Unable to connect to internet host or service"],
  ["ALLOCMEM", "warning", "Unable to allocate additional dynamic memory"],
  ["UKNCHAN", "warning", "Unknown IO channel"],
  ["UKNFIELD", "warning", "Record field specified inappropriate for channel specified"],
  [
    "TOLARGE",
    "warning",
    "The requested data transfer is greater than available memory or EPICS_CA_MAX_ARRAY_BYTES",
  ],
  ["TIMEOUT", "warning", "User specified timeout on IO operation expired"],
  ["NOSUPPORT", "warning", "Sorry, that feature is planned but not supported at this time"],
  ["STRTOBIG", "warning", "The supplied string is unusually large"],
  ["DISCONNCHID", "error", "The request was ignored because the specified channel is disconnected"],
  ["BADTYPE", "error", "The data type specified is invalid"],
  ["CHIDNOTFND", "info", "Remote Channel not found"],
  ["CHIDRETRY", "info", "Unable to locate all user specified channels"],
  ["INTERNAL", "fatal", "Channel Access Internal Failure"],
  ["DBLCLFAIL", "warning", "The requested local DB operation failed"],
  ["GETFAIL", "warning", "Channel read request failed"],
  ["PUTFAIL", "warning", "Channel write request failed"],
  ["ADDFAIL", "warning", "Channel subscription request failed"],
  ["BADCOUNT", "warning", "Invalid element count requested"],
  ["BADSTR", "error", "Invalid string"],
  ["DISCONN", "warning", "Virtual circuit disconnect"],
  ["DBLCHNL", "warning", "Identical process variable names on multiple servers"],
  ["EVDISALLOW", "error", "Request inappropriate within subscription (monitor) update callback"],
  ["BUILDGET", "warning", "Database value get for that channel failed during channel search"],
  ["NEEDSFP", "warning", "Unable to initialize without the vxWorks VX_FP_TASK task option set"],
  ["OVEVFAIL", "warning", "Event queue overflow has prevented first pass event after event add"],
  ["BADMONID", "error", "Bad event subscription (monitor) identifier"],
  ["NEWADDR", "warning", "Remote channel has new network address"],
  ["NEWCONN", "info", "New or resumed network connection"],
  ["NOCACTX", "warning", "Specified task isn't a member of a CA context"],
  ["DEFUNCT", "fatal", "Attempt to use defunct CA feature failed"],
  ["EMPTYSTR", "warning", "The supplied string is empty"],
  ["NOREPEATER", "warning", "Unable to spawn the CA repeater thread- auto reconnect will fail"],
  ["NOCHANMSG", "warning", "No channel id match for search reply- search reply ignored"],
  ["DLCKREST", "warning", "Resetting dead connection- will try to reconnect"],
  ["SERVBEHIND", "warning", "Server (IOC) has fallen behind or is not responding- still waiting"],
  ["NOCAST", "warning", "No internet interface with broadcast available"],
  ["BADMASK", "error", "Invalid event selection mask"],
  ["IODONE", "info", "IO operations have completed"],
  ["IOINPROGRESS", "info", "IO operations are in progress"],
  ["BADSYNCGRP", "error", "Invalid synchronous group identifier"],
  ["PUTCBINPROG", "error", "Put callback timed out"],
  ["NORDACCESS", "warning", "Read access denied"],
  ["NOWTACCESS", "warning", "Write access denied"],
  ["ANACHRONISM", "error", "Requested feature is no longer supported"],
  ["NOSEARCHADDR", "warning", "Empty PV search address list"],
  ["NOCONVERT", "warning", "No reasonable data conversion between client and server types"],
  ["BADCHID", "error", "Invalid channel identifier"],
  ["BADFUNCPTR", "error", "Invalid function pointer"],
  ["ISATTACHED", "warning", "Thread is already attached to a client context"],
  ["UNAVAILINSERV", "warning", "Not supported by attached service"],
  ["CHANDESTROY", "warning", "User destroyed channel"],
  ["BADPRIORITY", "error", "Invalid channel priority"],
  [
    "NOTTHREADED",
    "error",
    "Preemptive callback not enabled - additional threads may not join context",
  ],
  [
    "16KARRAYCLIENT",
    "warning",
    "Client's protocol revision does not support transfers exceeding 16k bytes",
  ],
  ["CONNSEQTMO", "warning", "Virtual circuit connection sequence aborted"],
  ["UNRESPTMO", "warning", "Virtual circuit unresponsive"],
] as const;

export type EcaName = (typeof ROWS)[number][0];

/** Status codes by name: `Eca.NORMAL` is 1. */
export const Eca = Object.fromEntries(
  ROWS.map(([name, severity], number) => [name, (number << 3) | SEVERITY[severity]]),
) as Readonly<Record<EcaName, number>>;

/** `ECA_NORDACCESS: Read access denied`; `ECA status 4711` for what `caerr.h` does not know. */
export function ecaText(status: number): string {
  const row = ROWS[status >>> 3];
  return row === undefined || Eca[row[0]] !== status
    ? `ECA status ${status}`
    : `ECA_${row[0]}: ${row[2]}`;
}
