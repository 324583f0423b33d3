/** `pvmon plugin ...`: the beginning of a site's own plugin. */
import { relative } from "node:path";
import { Argument, type Command } from "commander";
import type { Terminal } from "./cli.js";
import { PLUGIN_KINDS, type PluginKind } from "./plugin/plugin.js";
import { initPlugin } from "./scaffold/init.js";

const EXAMPLE = `
Example:
  pvmon plugin init detector rack-readings

A detector watches, a probe asks within a budget, a store remembers, an output shows or passes on.`;

/** Adds them to the program. */
export function addPluginCommands(pvmon: Command, terminal: Terminal): void {
  pvmon
    .command("plugin")
    .description("plugins of your own: begin one")
    .addHelpText("after", EXAMPLE)
    .command("init")
    .description("make a package with a plugin that works, and its tests")
    .addArgument(new Argument("<kind>", "what it does").choices(PLUGIN_KINDS))
    .argument("<name>", "small letters, digits and dashes: of its folder, its package and of use:")
    .option("--folder <folder>", "where its folder is made", ".")
    .addHelpText("after", EXAMPLE)
    .action(async (kind: PluginKind, name: string, { folder }: { readonly folder: string }) => {
      const made = await initPlugin(kind, name, folder);
      const here = relative(process.cwd(), made.folder);
      await terminal.out(`made ${made.folder}
${made.files.map((file) => `  ${file}\n`).join("")}
Next:
  cd ${here}
  npm install           with pvmon as npm has it, or: npm install --no-save <tarball of pvmon>
  npm test              builds it and holds it against the rules for plugins
Then change src/ and test/, and in the folder of a site file:
  npm install ${here}
  pvmon check site.yml  with "- use: ${name}" under ${kind}s:
`);
    });
}
