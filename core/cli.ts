/** The command line: arguments in, text and an exit code out. The only user of the console. */

import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import { addBackupCommand } from "./backup-command.js";
import { describeSite, listPlugins } from "./catalog.js";
import { ConfigError } from "./config/problem.js";
import { suggestion } from "./config/suggestion.js";
import { addDoctorCommand } from "./doctor-command.js";
import { askNewPassword } from "./password-prompt.js";
import { PvmonError } from "./plugin/errors.js";
import { addPluginCommands } from "./plugin-commands.js";
import { createPvmon, replayCapture } from "./pvmon.js";
import { runUntilSignal } from "./run.js";
import { messageOf } from "./runtime/error-message.js";
import { VERSION } from "./runtime/version.js";
import { addUserCommands } from "./user-commands.js";

const EXIT = { ok: 0, failure: 1, usage: 64, configuration: 78 } as const;

const REPLAY_SITE = fileURLToPath(new URL("../../configs/replay.yml", import.meta.url));

export interface Terminal {
  /** A piece of the answer; resolves when there is room for the next. */
  out(text: string): Promise<void>;
  /** A line for people. */
  error(line: string): void;
  /** Asks for one. */
  newPassword(): Promise<string>;
}

const consoleTerminal: Terminal = {
  out: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
  error: (line) => console.error(line),
  newPassword: askNewPassword,
};

/** Runs one command to its end. @param args without `node` and the script. @returns the exit code. */
export async function runCommand(
  args: readonly string[],
  terminal: Terminal = consoleTerminal,
): Promise<number> {
  try {
    await program(terminal).parseAsync([...args], { from: "user" });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof ConfigError) {
      terminal.error(error.message);
      return EXIT.configuration;
    }
    terminal.error(error instanceof PvmonError ? error.message : describe(error));
    return EXIT.failure;
  }
}

function program(terminal: Terminal): Command {
  const pvmon = new Command("pvmon")
    .description("Watches EPICS control networks.")
    .version(VERSION, "-v, --version")
    .option("-c, --config <site.yml>", "the site file to run")
    .addHelpText("after", `\nExit codes: 0 done, 1 failed, 64 wrong usage, 78 wrong configuration.`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.out(text),
      writeErr: (text) => terminal.error(text.trimEnd()),
    })
    .action(async ({ config }: { readonly config?: string }, command: Command) => {
      const [word] = command.args;
      const commands = command.commands.map((known) => known.name());
      if (word !== undefined) {
        command.error(`error: unknown command "${word}"${suggestion(word, commands)}`);
      } else if (config === undefined) {
        command.error("error: say which site file to run: pvmon --config site.yml");
      } else await runUntilSignal(config, terminal);
    });
  pvmon
    .command("check <site.yml>")
    .description("check a site file: everything but starting")
    .action(async (file: string) => {
      await createPvmon(file);
      await terminal.out(`${file}: ok\n`);
    });
  pvmon
    .command("schema [site.yml]")
    .description(
      "print the JSON Schema of site files, for editors; with a file, also its own plugins' options",
    )
    .action(async (file: string | undefined) => {
      await terminal.out(`${JSON.stringify(await describeSite(file), null, 2)}\n`);
    });
  pvmon
    .command("plugins [site.yml]")
    .description("list the built-in plugins; with a site file, also its own")
    .action(async (file: string | undefined) => {
      for (const { use, kind, description, needs, provides } of await listPlugins(file)) {
        const needed = needs.length === 0 ? "" : `; needs ${needs.join(", ")}`;
        const given = provides === undefined ? "" : `; provides ${provides}`;
        await terminal.out(`${use.padEnd(16)} ${kind.padEnd(8)} ${description}${given}${needed}\n`);
      }
    });
  pvmon
    .command("replay <capture>")
    .description("fold a capture file on its own clock and print what pvmon makes of it, as JSON")
    .option("-c, --config <site.yml>", "the site file whose detectors read it", REPLAY_SITE)
    .action(async (capture: string, _options: object, command: Command) => {
      const { config = REPLAY_SITE } = command.optsWithGlobals<{ readonly config?: string }>();
      const never = new AbortController().signal;
      for (const piece of await replayCapture(capture, config, never)) await terminal.out(piece);
    });
  addDoctorCommand(pvmon, terminal);
  addBackupCommand(pvmon, terminal);
  addUserCommands(pvmon, terminal);
  addPluginCommands(pvmon, terminal);
  // Last, because commands take over what is set before them; an unknown command is told above.
  return pvmon.allowExcessArguments();
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}
