#!/usr/bin/env node
/** The `pvmon` program. */
import { runCommand } from "./cli.js";

// A reader that has gone (`pvmon replay … | head`) wants no more.
process.stdout.on("error", () => process.exit(0));
// Whatever a plugin has left open ends here.
process.exit(await runCommand(process.argv.slice(2)));
