/** Who asks, and as whom. */

import { Type } from "@sinclair/typebox";
import { ROLES } from "pvmon";
import { SOURCES } from "../identity.js";
import { named, nullable, text, time, words } from "./parts.js";

export const session = named("Session", {
  who: Type.Union([text, Type.Null()], {
    description: "As records of changes have it; null for nobody in particular.",
  }),
  role: Type.Union([words(ROLES), Type.Null()], { description: "Null: nothing without a log-in." }),
  source: words(SOURCES, { description: "How that is known." }),
  canLogIn: Type.Boolean({ description: "There are users." }),
  csrfToken: Type.Union([text, Type.Null()], {
    description: "For `X-CSRF-Token` of changes made in a session; null when there is none.",
  }),
  expiresAt: nullable(time),
});
