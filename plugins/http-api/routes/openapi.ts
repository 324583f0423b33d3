/** The description of the API, for programs. */
import { Type } from "@sinclair/typebox";
import { route } from "../route.js";

export const openApiRoutes = [
  route({
    method: "GET",
    route: "/api/openapi.json",
    summary: "This description (OpenAPI 3.1).",
    answer: Type.Object({ openapi: Type.String() }),
    handle: (_request, { openApi }) => openApi,
  }),
];
