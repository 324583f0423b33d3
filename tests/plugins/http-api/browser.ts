/** A browser as far as log-ins need one: it keeps the cookie, and the token that pages are told. */
import assert from "node:assert/strict";
import { parseSetCookie } from "cookie";
import { type RawAnswer, send } from "./requests.js";

export const PASSWORD = "correct horse";

export class Browser {
  cookie: string | undefined;
  csrfToken: string | undefined;
  /** The latest `Set-Cookie`. */
  set: string | undefined;

  constructor(
    readonly url: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawAnswer & { readonly json: Record<string, unknown> }> {
    const answer = await send(this.url, path, {
      method,
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(this.cookie !== undefined && { cookie: `other=1; pvmon_session=${this.cookie}` }),
        ...(this.csrfToken !== undefined && { "x-csrf-token": this.csrfToken }),
        ...this.headers,
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    [this.set] = answer.headers["set-cookie"] ?? [];
    if (this.set !== undefined) {
      const { value = "", maxAge } = parseSetCookie(this.set);
      this.cookie = maxAge === 0 ? undefined : value;
    }
    return { ...answer, json: JSON.parse(answer.body) };
  }

  session() {
    return this.ask("GET", "/api/v1/session");
  }

  async logIn(name: string, password = PASSWORD) {
    const answer = await this.ask("POST", "/api/v1/session", { name, password });
    if (answer.status === 200) this.csrfToken = String(answer.json.csrfToken);
    return answer;
  }

  async logInOrFail(name: string): Promise<this> {
    const { status, body } = await this.logIn(name);
    assert.equal(status, 200, body);
    return this;
  }

  /** A change that an operator may make. */
  forget(headers: Readonly<Record<string, string>> = {}) {
    return this.ask("POST", "/api/v1/pvs/forget", { names: ["SYS:a"] }, headers);
  }
}

export function codeOf({ json }: { readonly json: Record<string, unknown> }): unknown {
  return (json.error as { readonly code?: unknown } | undefined)?.code;
}
