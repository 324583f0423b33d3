/** Logging in and out, and who pvmon takes somebody for. */
import { type Static, Type } from "@sinclair/typebox";
import type { Api } from "../api.js";
import { ApiError } from "../errors.js";
import type { Identity } from "../identity.js";
import { route } from "../route.js";
import * as answers from "../schemas/index.js";

const MAX_NAME_LENGTH = 200;
const MAX_PASSWORD_LENGTH = 1024;

export const sessionRoutes = [
  route({
    method: "GET",
    route: "/api/v1/session",
    role: "anybody",
    summary: "Who you are to pvmon, and what you may.",
    answer: answers.session,
    handle: ({ identity }, api) => describe(identity, api),
  }),
  route({
    method: "POST",
    route: "/api/v1/session",
    role: "anybody",
    logsIn: true,
    summary: "Logs in: the answer sets the cookie of a session.",
    body: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH }),
        password: Type.String({ minLength: 1, maxLength: MAX_PASSWORD_LENGTH }),
      },
      { additionalProperties: false },
    ),
    answer: answers.session,
    async handle({ body: { name, password }, identity: before, incoming, response }, api) {
      const { identities, logIns } = api;
      const { sessions, proxies } = identities;
      const user = await logIns.logIn(name, password, proxies.address(incoming));
      const session = sessions.begin(user);
      if (!(await identities.remember(session, incoming, response))) throw noKey();
      if (before.session !== undefined) sessions.end(before.session);
      return describe({ who: user.name, role: user.role, source: "user", session }, api);
    },
  }),
  route({
    method: "DELETE",
    route: "/api/v1/session",
    role: "anybody",
    summary: "Logs out: the session ends, and its cookie is taken away.",
    answer: answers.session,
    async handle({ identity: { session }, incoming, response }, api) {
      const { identities, logIns } = api;
      if (session !== undefined) {
        identities.sessions.end(session);
        logIns.loggedOut(session.name, identities.proxies.address(incoming));
      }
      identities.forget(incoming, response);
      return describe(await identities.of(incoming), api);
    },
  }),
];

async function describe(
  { who, role, source, session }: Identity,
  { identities, services }: Api,
): Promise<Static<typeof answers.session>> {
  const { hasUsers } = await services.access.policy();
  return {
    who,
    role,
    source,
    canLogIn: hasUsers,
    csrfToken: session === undefined ? null : await identities.sessions.csrfToken(session),
    expiresAt: session === undefined ? null : new Date(session.expiresAt).toISOString(),
  };
}

/** The users file went away between the password and here. */
function noKey(): ApiError {
  return new ApiError("busy", "the users file cannot be read just now: try again");
}
