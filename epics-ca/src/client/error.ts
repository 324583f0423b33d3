/** What can go wrong, for programs to tell apart and for people to read. */
import { ecaText } from "../index.js";

/**
 * - `invalid`: the caller asked for something that cannot be sent; nothing was.
 * - `notFound`: nobody answered the search, or the server says it does not have the name.
 * - `refused`: no TCP connection (refused, unreachable).
 * - `timeout`: no answer in time; the server may still be at work on it.
 * - `unresponsive`: the server does not even answer an ECHO; the circuit was given up.
 * - `disconnected`: the server, or the network, ended the circuit or the channel.
 * - `server`: the server could not do it; `status` is its ECA code.
 * - `protocol`: what the server sent cannot be understood.
 * - `limit`: more than the options allow.
 * - `aborted`: the caller's signal; its reason is the `cause`.
 * - `closed`: the client, circuit or channel was closed by its owner.
 */
export type CaErrorCode =
  | "invalid"
  | "notFound"
  | "refused"
  | "timeout"
  | "unresponsive"
  | "disconnected"
  | "server"
  | "protocol"
  | "limit"
  | "aborted"
  | "closed";

export class CaError extends Error {
  override readonly name = "CaError";
  readonly code: CaErrorCode;
  /** ECA code of the server, with code `server`. */
  readonly status: number | undefined;

  constructor(code: CaErrorCode, message: string, cause?: unknown, status?: number) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
  }
}

/** The server's refusal. @param text what it says on top of the code, if anything */
export function serverError(what: string, status: number, text = ""): CaError {
  const words = text === "" ? ecaText(status) : `${ecaText(status)} (${text})`;
  return new CaError("server", `${what}: ${words}`, undefined, status);
}

/** What the wire part throws for values that it cannot carry, as the caller's mistake. */
export function invalidIfRange(error: unknown): unknown {
  return error instanceof RangeError ? new CaError("invalid", error.message, error) : error;
}
