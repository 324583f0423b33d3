/** Runs a command of pvmon in this process. */
import assert from "node:assert/strict";
import { runCommand } from "../../core/cli.js";

export interface CommandResult {
  /** Its exit code. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function run(...args: string[]): Promise<CommandResult> {
  let out = "";
  let err = "";
  const code = await runCommand(args, {
    out: async (text) => {
      out += text;
    },
    error: (line) => {
      err += `${line}\n`;
    },
    newPassword: () => assert.fail("nobody should be asked for a password"),
  });
  return { code, out, err };
}
