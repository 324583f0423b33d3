/** Entry of the reading process: answers one question after another. The channel alone keeps it: it ends with whoever asks. */

import { StoredHistory } from "./history.js";
import type { Failure, ReadAnswer, ReadQuestion } from "./protocol.js";

const path = process.argv[2] ?? "";
let history: StoredHistory | undefined;

process.on("message", (question: ReadQuestion) => {
  let outcome: ReadAnswer | Failure;
  try {
    history ??= new StoredHistory(path);
    outcome = history.answer(question);
  } catch (error) {
    outcome = { error: error instanceof Error ? error.message : String(error) };
  }
  // Whoever asked may have gone.
  process.send?.(outcome, undefined, undefined, () => undefined);
});
// They are for pvmon, which ends this process when it has stopped; a terminal and systemd send them to all of a group.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
