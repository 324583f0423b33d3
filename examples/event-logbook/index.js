/** An output that writes alarms into an electronic log book over HTTP, in the JSON that Olog takes: a few entries, however many events. */
import { CLOCK, defineOutput, STATUS } from "pvmon";

const ORDER = ["info", "warning", "alarm"];
/** Events that wait for an entry; what does not fit is counted in the entry. */
const MAX_WAITING = 1000;
const MAX_LINES = 50;

class EventLogbook {
  #waiting = [];
  #left = 0;
  #ends = [];
  #posting;
  #stopped = new AbortController();

  constructor({ config, services, host }) {
    this.config = config;
    this.clock = services.clock;
    this.status = services.status;
    this.host = host;
    this.entries = host.metrics.counter("entries_total", "Entries that the log book took.");
    this.failures = host.metrics.counter("failures_total", "Entries that it did not take.");
  }

  async start() {
    const least = ORDER.indexOf(this.config.severity);
    this.#ends.push(
      this.status.subscribe((event) => {
        if (ORDER.indexOf(event.severity) < least) return;
        if (this.#waiting.length < MAX_WAITING) this.#waiting.push(event);
        else this.#left += 1;
      }),
      this.clock.every(this.config.everySeconds * 1000, () => {
        this.#posting ??= this.#post().finally(() => {
          this.#posting = undefined;
        });
      }),
    );
  }

  async stop() {
    for (const end of this.#ends.splice(0)) end();
    this.#stopped.abort();
    await this.#posting;
  }

  /** What could not be posted waits for the next turn. */
  async #post() {
    const events = this.#waiting;
    if (events.length === 0) return;
    try {
      await this.#put(this.#entry(events));
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      this.failures.add();
      this.host.status.degraded(`the log book takes no entries: ${error.message}`);
      return;
    }
    this.#waiting = this.#waiting.slice(events.length);
    this.#left = 0;
    this.entries.add();
    this.host.status.ok();
  }

  #entry(events) {
    const more = events.length - MAX_LINES + this.#left;
    const lines = events
      .slice(0, MAX_LINES)
      .map(({ at, text, subject }) => `${new Date(at).toISOString()} ${subject}: ${text}`);
    return {
      owner: this.config.user,
      level: "Info",
      title: events.length === 1 ? events[0].text : `${events.length + this.#left} events`,
      description: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n"),
      logbooks: [{ name: this.config.logbook }],
    };
  }

  async #put(entry) {
    const { url, user, password, timeoutSeconds } = this.config;
    const ended = new AbortController();
    const cancel = this.clock.after(timeoutSeconds * 1000, () =>
      ended.abort(new Error("no answer")),
    );
    try {
      const response = await fetch(`${url}/logs`, {
        method: "PUT",
        headers: {
          authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
          connection: "close",
          "content-type": "application/json",
        },
        body: JSON.stringify(entry),
        signal: AbortSignal.any([this.#stopped.signal, ended.signal]),
      });
      await response.text();
      if (!response.ok) throw new Error(`it answers ${response.status}`);
    } finally {
      cancel();
    }
  }
}

const text = (description, rest = {}) => ({ type: "string", description, ...rest });

export default defineOutput({
  name: "event-logbook",
  description: "Writes events into an electronic log book over HTTP.",
  configSchema: {
    type: "object",
    additionalProperties: false,
    required: ["url"],
    properties: {
      url: text("Of the log book: `https://olog.example.org/Olog`.", {
        pattern: "^https?://\\S+$",
      }),
      user: text("Who writes.", { default: "pvmon" }),
      password: text("The password; better a reference to a file.", {
        default: "",
        format: "password",
      }),
      logbook: text("The log book's name.", { default: "Operations" }),
      severity: text("From which severity on.", { default: "alarm", enum: ORDER }),
      everySeconds: {
        type: "number",
        description: "At most one entry in so long, with all that happened.",
        default: 60,
        minimum: 1,
      },
      timeoutSeconds: {
        type: "number",
        description: "How long the log book may take.",
        default: 10,
        minimum: 0.1,
      },
    },
  },
  needs: { clock: CLOCK, status: STATUS },
  create: (context) => new EventLogbook(context),
});
