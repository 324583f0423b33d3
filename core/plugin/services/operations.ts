/** OPERATIONS: what people change. */
import type { PvmonEvent } from "../../model/event.js";
import type { AppView, Criticality, GroupView, HostOptions, HostView } from "../../model/views.js";
import { token } from "../token.js";

/** Who changes something, and why. */
export interface By {
  readonly who: string;
  readonly why?: string;
}

/** Fields that are left out stay as they are. */
export interface HostChange {
  readonly description?: string;
  readonly options?: Partial<HostOptions>;
  readonly expectedPorts?: readonly number[];
  readonly expectedApps?: number | null;
}

/** Log entries: some by their ids, those of a host, or all. */
export type LogSelection =
  | { readonly ids: readonly string[] }
  | { readonly host: string }
  | { readonly all: true };

/**
 * Everything an operator may change, each kept as an `operator.changed` event. What is forgotten comes back, with defaults,
 * when it is seen again. Undefined and empty answers: there was no such thing, and nothing was changed.
 */
export interface OperationsService {
  /** Removes names and all that is known of them; answers which were there. */
  forgetPvs(names: readonly string[], by: By): readonly string[];
  setHost(host: string, change: HostChange, by: By): HostView | undefined;
  /** With its servers, applications, log entries and memberships. */
  forgetHost(host: string, by: By): boolean;
  forgetServer(server: string, by: By): boolean;
  setApp(
    id: string,
    change: { readonly critical?: Criticality; readonly name?: string | null },
    by: By,
  ): AppView | undefined;
  forgetApp(id: string, by: By): boolean;
  /** By the source of a host's health. */
  forgetHealth(source: string, by: By): boolean;
  /** @throws OperationError where the name is empty, too long or taken. */
  createGroup(name: string, hosts: readonly string[], by: By): GroupView;
  /** @throws OperationError for a fixed group and for a bad name. */
  setGroup(
    id: string,
    change: { readonly name?: string; readonly hosts?: readonly string[] },
    by: By,
  ): GroupView | undefined;
  /** @throws OperationError for a fixed group. */
  deleteGroup(id: string, by: By): boolean;
  /**
   * A note in the log, of a host or of the whole site. `pending`: somebody has to acknowledge it.
   * @throws OperationError for an unknown host, and for a text that is empty or too long.
   */
  note(
    note: { readonly text: string; readonly host?: string; readonly pending?: boolean },
    by: By,
  ): PvmonEvent;
  /** How many were pending and now are acknowledged. */
  acknowledge(selection: LogSelection, by: By): number;
  /** Takes entries that are not pending any more out of the log, pending ones acknowledged; answers how many. */
  forgetLogs(ids: readonly string[], by: By): Promise<number>;
}
export const OPERATIONS = token<OperationsService>("OPERATIONS");
