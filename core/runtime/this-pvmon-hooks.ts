/** Runs in Node's own thread for loading modules: see this-pvmon.ts. */
import type { InitializeHook, ResolveHook } from "node:module";

const PVMON = /^pvmon(\/|$)/;
/** A module of the pvmon that runs. */
let inside = "";

export const initialize: InitializeHook<string> = (url) => {
  inside = url;
};

export const resolve: ResolveHook = (specifier, context, next) =>
  next(specifier, PVMON.test(specifier) ? { ...context, parentURL: inside } : context);
