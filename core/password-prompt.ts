/** Asks for a new password: twice and unseen on a terminal, once where standard input is a pipe or a file. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { UsersError } from "./access/users-error.js";

/** @throws UsersError when the two are not the same, or nothing comes. */
export async function askNewPassword(): Promise<string> {
  return process.stdin.isTTY ? await askTwice() : await firstLine();
}

async function askTwice(): Promise<string> {
  // In raw mode the terminal shows nothing, and what readline would show goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: nowhere,
    terminal: true,
    historySize: 0,
  });
  const ask = (question: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const brokenOff = (): void => reject(new UsersError("broken off: nothing was changed"));
      lines.once("close", brokenOff);
      process.stderr.write(question);
      lines.question("", (answer) => {
        lines.off("close", brokenOff);
        resolve(answer);
      });
    }).finally(() => process.stderr.write("\n")) as Promise<string>;
  try {
    const password = await ask("Password: ");
    if ((await ask("Once more: ")) === password) return password;
    throw new UsersError("the two passwords are not the same: nothing was changed");
  } finally {
    lines.close();
  }
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  throw new UsersError("no password came: give it as a line of standard input");
}
