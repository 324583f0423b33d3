/** Who gets in at a mounted path that asks for a role: found out and refused as at the API itself. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Role } from "pvmon";
import { ApiError, sendError } from "./errors.js";
import { requireCsrfToken, requireRole, requireSameOrigin } from "./guard.js";
import type { Identities } from "./identity.js";
import type { LogIns } from "./log-ins.js";
import type { Listener } from "./mounts.js";

const READS: ReadonlySet<string | undefined> = new Set(["GET", "HEAD"]);

/** Puts a role in front of a listener. */
export function mountGuard(
  identities: Identities,
  logIns: Pick<LogIns, "tokenRefused">,
): (listener: Listener, role: Role) => Listener {
  const check = async (
    request: IncomingMessage,
    response: ServerResponse,
    role: Role,
  ): Promise<void> => {
    const { proxies, sessions } = identities;
    const changes = !READS.has(request.method);
    if (changes) requireSameOrigin(request, proxies.host(request));
    const identity = await identities.refresh(await identities.of(request), request, response);
    if (identity.wrongToken) logIns.tokenRefused(proxies.address(request));
    requireRole(identity, role);
    if (changes) await requireCsrfToken(request, identity, sessions);
  };
  return (listener, role) => async (request, response) => {
    try {
      await check(request, response, role);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) response.setHeader("WWW-Authenticate", 'Bearer realm="pvmon"');
      sendError(response, error);
      return;
    }
    return listener(request, response);
  };
}
