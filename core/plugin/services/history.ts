/** HISTORY: what happened before. */
import type { PvmonEvent } from "../../model/event.js";
import type {
  ChangeReport,
  EventCounts,
  EventCountsQuery,
  EventQuery,
  Page,
  TopEntry,
  TopQuery,
  TrafficAnswer,
} from "../../model/views.js";
import { token } from "../token.js";

/**
 * What happened before, from a store. A read that takes too long, or that too many others are in front of, rejects with
 * {@link HistoryError}.
 */
export interface HistoryService {
  /** Newest first. */
  events(query: EventQuery): Promise<Page<PvmonEvent>>;
  /** At most 1,000 steps. */
  eventCounts(query: EventCountsQuery): Promise<EventCounts>;
  /** At most 1,000 points a series; `from` and `to` in UTC ms. */
  traffic(query: {
    readonly series: readonly string[];
    readonly from: number;
    readonly to: number;
  }): Promise<TrafficAnswer>;
  /**
   * Most first; of busy minutes only the busiest 50 of each kind are kept. Shares are of all names that others than pvmon
   * asked for: the series `clientNames`, `archiverNames` and `gatewayNames`. `from` is widened to a whole step.
   */
  top(query: TopQuery): Promise<readonly TopEntry[]>;
  /** At most `limit` items in each list; new clients and duplicates are those of events in (`from`, `to`]. */
  changes(query: {
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  }): Promise<ChangeReport>;
}
export const HISTORY = token<HistoryService>("HISTORY");
