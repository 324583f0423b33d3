/** What went wrong with a question to pvmon, in words for people. */
export class Problem extends Error {
  constructor(
    message: string,
    /** Of the HTTP answer; 0 when there was none. */
    readonly status: number,
    readonly code: string,
    readonly parameter?: string,
  ) {
    super(message);
  }
}

/** Whoever is logged out, or may not any more, must not go on seeing what was there before. */
export function isRefusal({ status }: Problem): boolean {
  return status === 401 || status === 403;
}

/** Whatever was thrown, as a problem. */
export function problemFrom(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(String(error), 0, "unknown");
}
