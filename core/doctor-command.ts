/** `pvmon doctor`: what stands in the way of a site on this machine, with what to do. */
import type { Command } from "commander";
import type { Terminal } from "./cli.js";
import { type DoctorFinding, examineSite } from "./doctor/doctor.js";
import { PvmonError } from "./plugin/errors.js";

const NOTES = `
Each line is ok, a warning or a failure, with what was seen and what to do. Nothing is started and nothing is sent to the
control network; a database server that the site file names is logged in to. Permissions are those of whoever asks, so
ask as the user that runs pvmon:
  sudo -u pvmon pvmon doctor --config /etc/pvmon/site.yml`;

const STATE_WIDTH = 8;
const SUBJECT_WIDTH = 26;

/** Adds it to the program. */
export function addDoctorCommand(pvmon: Command, terminal: Terminal): void {
  pvmon
    .command("doctor")
    .description("look whether a site can work on this machine, and say what to do")
    .option("-c, --config <site.yml>", "the site file")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", NOTES)
    .action(async (_options: object, command: Command) => {
      const { config, json } = command.optsWithGlobals<{ config?: string; json?: boolean }>();
      if (config === undefined) {
        command.error("error: say which site file to look at: pvmon doctor --config site.yml");
      }
      const findings = await examineSite(config as string);
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
