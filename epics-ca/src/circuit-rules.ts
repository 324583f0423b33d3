/**
 * When a client asks a silent server whether it lives, and when it gives up believing so: a state machine of time,
 * without a timer and without a socket (CA specification, virtual circuits, inactivity timeout; libca `tcpRecvWatchdog.cpp`).
 */

export interface CircuitOptions {
  /** How long the TCP connection may take. Default 5,000 ms. */
  readonly connectTimeoutMs?: number;
  /** EPICS_CA_CONN_TMO: after half of it without a message the server is asked by an ECHO. Default 30,000 ms. */
  readonly connTimeoutMs?: number;
  /** How long the server may take to answer that. libca's CA_ECHO_TIMEOUT, 5,000 ms. */
  readonly echoTimeoutMs?: number;
}

/**
 * - `connecting`: no TCP connection yet.
 * - `responsive`: messages come, or have not been missed for long.
 * - `probing`: an ECHO is under way.
 * - `unresponsive`: it was not answered. TCP may still be up, and the server may come back.
 * - `closed`: over.
 */
export type CircuitState = "connecting" | "responsive" | "probing" | "unresponsive" | "closed";

/** What the owner of the circuit has to do, or to tell its users. */
export type CircuitAction = "sendEcho" | "unresponsive" | "responsive" | "connectTimedOut";

/** Times are milliseconds of any one clock that does not go back. */
export class CircuitRules {
  readonly #silenceMs: number;
  readonly #echoTimeoutMs: number;
  #state: CircuitState = "connecting";
  #dueAt: number;

  /** @param now when the connection was asked for. */
  constructor(
    now: number,
    { connectTimeoutMs = 5000, connTimeoutMs = 30_000, echoTimeoutMs = 5000 }: CircuitOptions = {},
  ) {
    this.#silenceMs = connTimeoutMs / 2;
    this.#echoTimeoutMs = echoTimeoutMs;
    this.#dueAt = now + connectTimeoutMs;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** When {@link advance} has something to say next unless a message comes, Infinity when it has not. */
  get dueAt(): number {
    return this.#dueAt;
  }

  connected(now: number): void {
    if (this.#state === "connecting") this.#enter("responsive", now + this.#silenceMs);
  }

  /** Bytes came, of whatever message: the server lives. */
  received(now: number): CircuitAction | undefined {
    if (this.#state === "connecting" || this.#state === "closed") return undefined;
    const wasUnresponsive = this.#state === "unresponsive";
    this.#enter("responsive", now + this.#silenceMs);
    return wasUnresponsive ? "responsive" : undefined;
  }

  /** There is a reason for doubt (a beacon anomaly, a request that nobody answered): the server is asked at once. */
  doubt(now: number): CircuitAction | undefined {
    return this.#state === "responsive" ? this.#probe(now) : undefined;
  }

  /** What time alone brings about. Call it at {@link dueAt}, or as often as you like. */
  advance(now: number): CircuitAction | undefined {
    if (now < this.#dueAt) return undefined;
    switch (this.#state) {
      case "connecting":
        this.close();
        return "connectTimedOut";
      case "responsive":
        return this.#probe(now);
      case "probing":
        this.#enter("unresponsive", Number.POSITIVE_INFINITY);
        return "unresponsive";
      default:
        return undefined;
    }
  }

  close(): void {
    this.#enter("closed", Number.POSITIVE_INFINITY);
  }

  #probe(now: number): CircuitAction {
    this.#enter("probing", now + this.#echoTimeoutMs);
    return "sendEcho";
  }

  #enter(state: CircuitState, dueAt: number): void {
    this.#state = state;
    this.#dueAt = dueAt;
  }
}
