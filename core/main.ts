#!/usr/bin/env node
/** The `pvmon` program. */
import { setFlagsFromString } from "node:v8";
import { runCommand } from "./cli.js";

// V8 learns where long-lived objects are made from those that are there when it collects. From rows that wait for a store it
// learns wrongly, and keeps 100 MB of written ones among what lives long.
setFlagsFromString("--no-allocation-site-pretenuring");

// A reader that has gone (`pvmon replay … | head`) wants no more.
process.stdout.on("error", () => process.exit(0));
// Whatever a plugin has left open ends here.
process.exit(await runCommand(process.argv.slice(2)));
