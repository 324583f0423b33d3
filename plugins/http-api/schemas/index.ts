/** The answers of the API, as schemas with names: the OpenAPI document lists them. `agreement.test.ts` keeps them true. */
export * from "./events.js";
export * from "./hosts.js";
export * from "./network.js";
export { errorAnswer, forgotten, ok, page, words } from "./parts.js";
export * from "./pvs.js";
export * from "./session.js";
export * from "./status.js";
export * from "./v10.js";
