/** The reading process from the outside: one question at a time, and an end in the middle of one. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Failure, ReadAnswer, ReadQuestion } from "./protocol.js";

interface Asked {
  resolve(answer: ReadAnswer): void;
  reject(error: Error): void;
}

export class ReadingProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #asked: Asked | undefined;
  /** It takes questions. */
  isRunning = true;

  /** @param path of a database that is there and has been migrated */
  constructor(path: string) {
    this.#child = fork(new URL("./reader.js", import.meta.url), [path], {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#exited = once(this.#child, "close").catch(() => undefined);
    this.#child.on("message", (outcome: ReadAnswer | Failure) => {
      if ("error" in outcome) this.#take()?.reject(new Error(outcome.error));
      else this.#take()?.resolve(outcome);
    });
    this.#child.on("error", (error) => this.#fail(error));
    this.#child.on("exit", (code, signal) =>
      this.#fail(new Error(`the process that reads the history has ended (${signal ?? code})`)),
    );
  }

  /** Not before the one before is answered. */
  ask(question: ReadQuestion): Promise<ReadAnswer> {
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#child.send(question, (error) => {
        if (error !== null) this.#fail(error);
      });
    });
  }

  /** At once, whatever it reads: that rejects with `reason`. Resolves when it has gone. */
  async end(reason: Error): Promise<void> {
    this.#fail(reason);
    await this.#exited;
  }

  #take(): Asked | undefined {
    const asked = this.#asked;
    this.#asked = undefined;
    return asked;
  }

  #fail(error: Error): void {
    this.isRunning = false;
    this.#child.kill("SIGKILL");
    this.#take()?.reject(error);
  }
}
