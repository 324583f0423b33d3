/** `pvmon doctor`: what stands in the way of a site on this machine, with what to do. */
import type { Command } from "commander";
import type { Terminal } from "./cli.js";
import { type DoctorFinding, examineSite } from "./doctor/doctor.js";
import { PvmonError } from "./plugin/errors.js";

const NOTES = `
Each line is ok, a warning or a failure, with what was seen and what to do. Nothing is started and nothing is sent to the
control network; a database server that the site file names is logged in to. Permissions are those of whoever asks, so
ask as the user that runs pvmon:
  sudo -u pvmon pvmon doctor /etc/pvmon/site.yml

Exit codes: 0 it can work, perhaps with warnings; 1 something failed, mistakes of the site file among it; 64 wrong usage.`;

const STATE_WIDTH = 8;
const SUBJECT_WIDTH = 26;

/** Adds it to the program. */
export function addDoctorCommand(pvmon: Command, terminal: Terminal): void {
  pvmon
    .command("doctor [site.yml]")
    .description("look whether a site can work on this machine, and say what to do")
    .option("-c, --config <site.yml>", "the site file, if it is no argument")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", NOTES)
    .action(async (argument: string | undefined, _options: object, command: Command) => {
      const { config, json } = command.optsWithGlobals<{ config?: string; json?: boolean }>();
      if ((argument === undefined) === (config === undefined)) {
        command.error("error: say which site file to look at, and one: pvmon doctor site.yml");
      }
      const findings = await examineSite((argument ?? config) as string);
      await terminal.out(json === true ? `${JSON.stringify(findings, null, 2)}\n` : text(findings));
      const failed = findings.filter(({ state }) => state === "failed").length;
      if (failed > 0) {
        const what = failed === 1 ? "one thing does" : `${failed} things do`;
        throw new PvmonError("DIAGNOSIS", `${what} not work as it is: see what to do above`);
      }
    });
}

function text(findings: readonly DoctorFinding[]): string {
  const lines = findings.flatMap(({ of, subject, state, saw, todo }, place) => [
    ...(findings[place - 1]?.of === of ? [] : [of]),
    `  ${(state === "failed" ? "FAILED" : state).padEnd(STATE_WIDTH)} ${subject.padEnd(SUBJECT_WIDTH)} ${saw}`,
    ...(todo === undefined ? [] : [`  ${" ".repeat(STATE_WIDTH)} -> ${todo}`]),
  ]);
  const count = (wanted: string) => findings.filter(({ state }) => state === wanted).length;
  const total = `${count("ok")} ok, ${count("warning")} warnings, ${count("failed")} failed`;
  return `${[...lines, total].join("\n")}\n`;
}
