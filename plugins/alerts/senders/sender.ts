/** What a way of sending is, and how it fails. */
import type { Clock } from "pvmon";
import type { DestinationConfig } from "../config.js";
import type { Notification } from "../rules/alert.js";

export interface Sender {
  /** Resolves once the other side has taken it; rejects with a {@link SendError}, also when `signal` aborts. */
  send(notification: Notification, signal: AbortSignal): Promise<void>;
}

/** What every message says of where it comes from. */
export interface Origin {
  /** Name of the site. */
  readonly site: string;
  /** Address of its pages, empty for none. */
  readonly link: string;
}

export class SendError extends Error {
  override readonly name = "SendError";
  /** @param isRefused it was understood and not taken: the same again will hardly fare better */
  constructor(
    message: string,
    readonly isRefused = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const REFUSED_LATER: ReadonlySet<number> = new Set([408, 425, 429]);

/** Posts JSON, with the token where there is one. The address is a secret, so it is in no error. */
export async function post(
  { url, token }: Pick<DestinationConfig, "url" | "token">,
  body: unknown,
  signal: AbortSignal,
): Promise<void> {
  const authorization = token === "" ? {} : { authorization: `Bearer ${token}` };
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...authorization },
      body: JSON.stringify(body),
      redirect: "error",
      signal,
    });
  } catch (error) {
    throw new SendError(reasonOf(error, signal), false, { cause: error });
  }
  await response.body?.cancel();
  const { ok, status } = response;
  if (!ok) throw new SendError(`it answered ${status}`, status < 500 && !REFUSED_LATER.has(status));
}

/** Ends what takes too long. */
export async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const cancel = clock.after(ms, () => late.abort(new SendError(`no answer in ${ms / 1000} s`)));
  try {
    return await run(AbortSignal.any([late.signal, signal]));
  } finally {
    cancel();
  }
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted && signal.reason instanceof SendError) return signal.reason.message;
  const { cause } = error as Error;
  // Of Node's fetch: what its own message, "fetch failed", does not say.
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  return code === undefined ? "it cannot be reached" : `it cannot be reached: ${code}`;
}
