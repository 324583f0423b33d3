/** Short messages at the edge of the window: what was done, or what went wrong. Read out by screen readers. */
import { signal } from "@preact/signals";
import { printable } from "../formats/printable.js";

interface Message {
  readonly id: number;
  readonly text: string;
  readonly tone: "ok" | "warning" | "alarm";
}

const SHOWN_MS = 6000;
const messages = signal<readonly Message[]>([]);
let lastId = 0;

export function say(text: string, tone: Message["tone"] = "ok"): void {
  const id = ++lastId;
  messages.value = [...messages.value, { id, text: printable(text), tone }].slice(-4);
  setTimeout(() => dismiss(id), tone === "ok" ? SHOWN_MS : 2 * SHOWN_MS);
}

export function sayProblem(error: unknown): void {
  say(error instanceof Error ? error.message : String(error), "alarm");
}

function dismiss(id: number): void {
  messages.value = messages.value.filter((message) => message.id !== id);
}

export function Messages() {
  return (
    <div class="messages" role="status" aria-live="polite">
      {messages.value.map(({ id, text, tone }) => (
        <p key={id} class={`message message-${tone}`}>
          {text}
          <button
            type="button"
            class="message-close"
            aria-label="Dismiss"
            onClick={() => dismiss(id)}
          >
            ×
          </button>
        </p>
      ))}
    </div>
  );
}
