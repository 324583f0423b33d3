/** `pvmon user`, as whoever runs pvmon makes and changes its users. */
import assert from "node:assert/strict";
import { type Place, Program } from "../peers/index.js";
import { MAIN } from "./pvmon-process.js";

const WAIT_MS = 30_000;

/** @param site path of the site file. @param password for those commands that ask for one. @param args `add`, `anna`, `--role`, ... */
export async function runUserCommand(
  on: Place,
  site: string,
  password: string | undefined,
  ...args: readonly string[]
): Promise<void> {
  const running = new Program(on, [process.execPath, MAIN, "user", ...args, "--config", site]);
  if (password !== undefined) running.write(password);
  const { code, errors } = await running.end(WAIT_MS);
  assert.equal(code, 0, errors.join("\n"));
}
