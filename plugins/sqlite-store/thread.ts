/** The database thread from the outside: calls become messages, so that no disk ever holds up the event loop. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { RowRefusedError } from "pvmon";
import type { Answer, CallName, Calls, Failure, Question } from "./protocol.js";

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

export class DatabaseThread {
  readonly #worker = new Worker(new URL("./worker.js", import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #ended: Error | undefined;

  /** `onEnd` is called once when the thread ends without having been asked to. */
  constructor(onEnd: (error: Error) => void) {
    this.#worker.on("message", (answer: Answer) => this.#answer(answer));
    this.#worker.on("error", (error) =>
      this.#end(error instanceof Error ? error : new Error(String(error)), onEnd),
    );
    this.#worker.on("exit", (code) =>
      this.#end(new Error(`the database thread ended (${code})`), onEnd),
    );
  }

  call<K extends CallName>(
    call: K,
    parameters: Parameters<Calls[K]>,
    transfer: ArrayBuffer[] = [],
  ): Promise<ReturnType<Calls[K]>> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const question: Question<K> = { id, call, parameters };
      this.#worker.postMessage(question, transfer);
    });
  }

  /** Ends the thread after the calls made so far; never rejects. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    await this.call("close", []).catch(() => undefined);
    this.#ended = new Error("the store has been stopped");
    const exited = once(this.#worker, "exit");
    await this.#worker.terminate();
    await exited.catch(() => undefined);
  }

  #answer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("error" in answer) waiting?.reject(errorOf(answer));
    else waiting?.resolve(answer.result as never);
  }

  #end(error: Error, onEnd: (error: Error) => void): void {
    const expected = this.#ended !== undefined;
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
    if (!expected) onEnd(error);
  }
}

function errorOf({ error, isRefusal }: Failure): Error {
  return isRefusal === true ? new RowRefusedError(error) : new Error(error);
}
