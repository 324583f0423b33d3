/** One reader of the stream, and the bound on what waits for it. */
import type { ServerResponse } from "node:http";

export const STREAM_TOPICS = ["events", "counters"] as const;
export type StreamTopic = (typeof STREAM_TOPICS)[number];

/** As it goes over the wire. */
export interface Message {
  /** Of a new event, after which a reader that comes back goes on; of anything else there is none. */
  readonly id: string | undefined;
  readonly text: string;
}
export interface EventMessage extends Message {
  readonly id: string;
}

/** Ids are decimal digits of up to 64 bits, more than a number holds exactly. */
export function isLater(id: string, than: string): boolean {
  return id.length === than.length ? id > than : id.length > than.length;
}

export class StreamClient {
  readonly #response: ServerResponse;
  readonly #maxBufferBytes: number;
  readonly #onCut: () => void;
  /** What is new waits here while older ones are fetched. */
  #held: Message[] | undefined;
  #heldBytes = 0;
  /** Up to here it has everything: a store can give an event away before it is published. */
  #hasUntil: string | undefined;

  constructor(
    response: ServerResponse,
    readonly topics: ReadonlySet<StreamTopic>,
    maxBufferBytes: number,
    onCut: () => void,
  ) {
    this.#response = response;
    this.#maxBufferBytes = maxBufferBytes;
    this.#onCut = onCut;
  }

  send(text: string): void {
    if (this.#hasRoom(text.length)) this.#response.write(text);
  }

  deliver(message: Message): void {
    if (this.#held === undefined) {
      const { id, text } = message;
      const isNew = id === undefined || this.#hasUntil === undefined || isLater(id, this.#hasUntil);
      if (isNew) this.send(text);
    } else if (this.#hasRoom(message.text.length)) {
      this.#held.push(message);
      this.#heldBytes += message.text.length;
    }
  }

  hold(): void {
    this.#held = [];
  }

  /** Sends what was missed after `lastId`, then what came in the meantime and is not among that. */
  async resume(lastId: string, missed: readonly EventMessage[] | string): Promise<void> {
    this.#hasUntil = lastId;
    if (typeof missed === "string") {
      this.send(missed);
    } else {
      for (const { id, text } of missed) {
        await this.#room();
        this.send(text);
        this.#hasUntil = id;
      }
    }
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldBytes = 0;
    for (const message of held) this.deliver(message);
  }

  end(): void {
    this.#response.end();
  }

  /** Resolves when the reader has taken what was sent, or has gone. */
  async #room(): Promise<void> {
    const response = this.#response;
    if (!response.writableNeedDrain || response.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off("drain", done).off("close", done);
        resolve();
      };
      response.on("drain", done).on("close", done);
    });
  }

  /** False when the reader has gone, and when it has to go because too much waits for it. */
  #hasRoom(length: number): boolean {
    if (this.#response.destroyed || this.#response.writableEnded) return false;
    const waiting = this.#response.writableLength + this.#heldBytes;
    if (waiting + length <= this.#maxBufferBytes) return true;
    this.#onCut();
    this.#response.destroy();
    return false;
  }
}
