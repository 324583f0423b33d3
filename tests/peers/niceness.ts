/** How much the threads of a process give way to others; Linux has it for each. */
import { readdirSync, readFileSync } from "node:fs";

/** Of the fields after the name of the program, which may have anything in it. */
const NICE = 16;

/** One for each thread, from -20 to 19. */
export function niceness(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return Number(fields[NICE]);
  });
}
