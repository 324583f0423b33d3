/** Records events: adds what only a look at the whole site can say, gives each its id, and tells everybody. */
import { endpointKey, parseEndpoint } from "../address.js";
import type { EventDraft, EventType, PvmonEvent } from "../event.js";
import { LOG_STATE_OF } from "../log/journal.js";
import type { ServerView } from "../views.js";
import { EventIds } from "./event-id.js";

/** Events of servers that stay the process they were, or were it to the last. */
const OF_ITS_APPLICATION: ReadonlySet<EventType> = new Set([
  "server.lost",
  "server.stopped",
  "server.unresponsive",
  "server.returned",
  "server.paused",
  "server.resumed",
]);
const OF_A_NEW_LIFE: ReadonlySet<EventType> = new Set([
  "server.discovered",
  "server.started",
  "server.restarted",
]);

export interface EventSurroundings {
  /** The address that stands for a host; a text that is none stays as it is. */
  primaryOf(host: string): string;
  /** `server` is an endpointKey. */
  appOf(server: number): ServerView["app"];
  recorded(event: PvmonEvent): void;
}

export class EventRecorder {
  readonly #ids = new EventIds();
  readonly #listeners = new Set<(event: EventDraft) => void>();

  constructor(private readonly site: EventSurroundings) {}

  record(draft: EventDraft): PvmonEvent {
    const event = { ...this.#completed(draft), id: this.#ids.next(draft.at) };
    this.site.recorded(event);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  /** The answer ends it. The same listener may come several times. */
  subscribe(listener: (event: EventDraft) => void): () => void {
    const own = (event: EventDraft): void => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Ids go on after this one. */
  restore(id: string): void {
    this.#ids.restore(id);
  }

  #completed(draft: EventDraft): EventDraft {
    const host = draft.host === undefined ? undefined : this.site.primaryOf(draft.host);
    const app = draft.app ?? this.#appOf(draft);
    const log = draft.log ?? LOG_STATE_OF[draft.type];
    return {
      ...draft,
      ...(host !== undefined && { host }),
      ...(app !== undefined && { app }),
      ...(log !== undefined && { log }),
    };
  }

  /** A server that goes on, or is gone, was the application that it was last; one that starts may be another one. */
  #appOf({ type, server }: EventDraft): string | undefined {
    const lasts = OF_ITS_APPLICATION.has(type);
    const endpoint = server === undefined ? undefined : parseEndpoint(server);
    if (endpoint === undefined || !(lasts || OF_A_NEW_LIFE.has(type))) return undefined;
    const app = this.site.appOf(endpointKey(endpoint.ip, endpoint.port));
    return app !== null && (lasts || app.confirmed) ? app.id : undefined;
  }
}
