/** The cookie that a session lives in, as it comes and as it is set. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseCookie, stringifySetCookie } from "cookie";

export const SESSION_COOKIE = "pvmon_session";

/** Undefined when there is none. */
export function readSessionCookie({ headers: { cookie } }: IncomingMessage): string | undefined {
  return cookie === undefined ? undefined : parseCookie(cookie)[SESSION_COOKIE];
}

/** @param maxAgeSeconds how long the browser keeps it; 0 takes it away. @param secure sent back over https only */
export function setSessionCookie(
  response: ServerResponse,
  value: string,
  maxAgeSeconds: number,
  secure: boolean,
): void {
  response.setHeader(
    "set-cookie",
    stringifySetCookie({
      name: SESSION_COOKIE,
      value,
      maxAge: maxAgeSeconds,
      path: "/",
      httpOnly: true,
      sameSite: "strict",
      secure,
    }),
  );
}
