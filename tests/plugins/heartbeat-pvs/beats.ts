/** Heartbeats in few words, and an inventory that has them. */
import type { EventDraft, EventType, HeartbeatView, InventoryService } from "pvmon";

export function beat(app: string, also: Partial<HeartbeatView> = {}): HeartbeatView {
  return {
    app,
    host: "10.7.0.1",
    hostName: "srv1",
    port: 5064,
    server: "10.7.0.1:5064",
    udpPort: 40_000,
    version: "2.0",
    sequence: 1,
    pid: 1,
    image: "./bin/vac",
    command: "st.cmd",
    directory: "/iocs/vac",
    upSeconds: 90_061,
    clockOffsetSeconds: 0,
    firstSeenAt: 0,
    lastAt: 1000,
    periodMs: 30_000,
    lost: false,
    lostAt: null,
    restarts: 0,
    pvs: null,
    pvListAt: null,
    pvListComplete: false,
    ...also,
  };
}

export class Beats {
  readonly all = new Map<string, HeartbeatView>();
  #listener: (event: EventDraft) => void = () => undefined;

  set(app: string, also: Partial<HeartbeatView> = {}): void {
    this.all.set(app, { ...(this.all.get(app) ?? beat(app)), ...also });
  }

  tell(type: EventType, app: string, evidence: EventDraft["evidence"] = {}): void {
    this.#listener({ at: 0, type, severity: "info", subject: app, text: "", evidence, app });
  }

  readonly inventory: Pick<InventoryService, "listHeartbeats" | "subscribe"> = {
    listHeartbeats: () => {
      const items = [...this.all.values()];
      return { items, total: items.length, next: null };
    },
    subscribe: (listener) => {
      this.#listener = listener;
      return () => {
        this.#listener = () => undefined;
      };
    },
  };
}
