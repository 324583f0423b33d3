/** `/alerts`: what is open and how destinations are, and what the rules would have told of the past. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Clock, HistoryError, type HistoryService, isoTimes } from "pvmon";
import { readPast, replay } from "./replay.js";
import type { AlertEngine } from "./rules/engine.js";
import type { DeliveryState } from "./senders/delivery.js";
import type { Origin } from "./senders/sender.js";
import { dataOf } from "./senders/webhook.js";

const WEEK_MS = 7 * 24 * 3_600_000;
const MAX_SHOWN = 1000;
/** Of each list of a notification. */
const SHOWN_ALERTS = 20;

export interface PagesOptions {
  readonly origin: Origin;
  readonly clock: Clock;
  readonly history: HistoryService | undefined;
  readonly engine: AlertEngine;
  /** A fresh one with the same rules. */
  readonly newEngine: () => AlertEngine;
  readonly deliveries: () => readonly DeliveryState[];
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** @param path that it is mounted at; below it there is nothing */
export function listener(
  path: string,
  answer: (query: URLSearchParams) => Promise<Answer> | Answer,
): Listener {
  return async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://pvmon");
    const isRead = request.method === "GET" || request.method === "HEAD";
    const { status, body } =
      pathname !== path
        ? failure(404, "noSuchPath", "there is nothing here")
        : isRead
          ? await answer(searchParams)
          : failure(405, "methodNotAllowed", "this can only be read");
    const text = JSON.stringify(body);
    response.writeHead(status, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(text),
      "cache-control": "no-store",
    });
    response.end(request.method === "HEAD" ? undefined : text);
  };
}

export function openAlerts({ engine, deliveries }: PagesOptions): Answer {
  const open = [...engine.alerts].filter(({ endedAt }) => endedAt === null);
  const items = open.slice(0, MAX_SHOWN).map(({ rule, changedAt, ...alert }) => ({
    rule: rule.name,
    ...alert,
  }));
  const destinations = isoTimes(deliveries());
  return { status: 200, body: { total: open.length, items: isoTimes(items), destinations } };
}

export class DryRun {
  readonly #options: PagesOptions;
  #isRunning = false;

  constructor(options: PagesOptions) {
    this.#options = options;
  }

  /** One at a time: it reads a lot of history. */
  async answer(query: URLSearchParams): Promise<Answer> {
    const { history, clock } = this.#options;
    if (history === undefined) {
      return failure(501, "serviceMissing", "no store keeps events: add one under stores:");
    }
    const to = timeOf(query.get("to")) ?? clock.now();
    const from = timeOf(query.get("from")) ?? to - WEEK_MS;
    if (!(from < to)) {
      return failure(
        400,
        "badParameter",
        "from and to are times as 2026-01-02T03:04:05Z, in this order",
      );
    }
    if (this.#isRunning) return failure(503, "busy", "another dry run is going on");
    this.#isRunning = true;
    try {
      return { status: 200, body: await this.#run(history, from, to) };
    } catch (error) {
      if (error instanceof HistoryError) return failure(503, "busy", error.message);
      throw error;
    } finally {
      this.#isRunning = false;
    }
  }

  async #run(history: HistoryService, from: number, to: number): Promise<object> {
    const engine = this.#options.newEngine();
    const { events, isWhole } = await readPast(history, engine.rules, from, to);
    const notifications: object[] = [];
    const perDestination: Record<string, number> = {};
    let total = 0;
    await replay(engine, events, {
      until: to,
      told: (notification) => {
        const { destination } = notification;
        total += 1;
        perDestination[destination] = (perDestination[destination] ?? 0) + 1;
        if (notifications.length >= MAX_SHOWN) return;
        const data = dataOf(notification, this.#options.origin, SHOWN_ALERTS);
        notifications.push({ destination, ...data });
      },
    });
    return {
      ...isoTimes({ from, to }),
      events: events.length,
      isWhole,
      total,
      perDestination,
      notifications,
      notReplayed: engine.rules
        .filter(({ events: types }) => types.size === 0)
        .map(({ name }) => name),
    };
  }
}

function timeOf(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text);
}

function failure(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}
