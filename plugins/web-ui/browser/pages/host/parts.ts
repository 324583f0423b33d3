/** The lists that the page of a host is made of, beside the host itself: all loaded at once, and kept fresh. */
import { isSettled } from "../../api/loader.js";
import type { Pages } from "../../api/pages.js";
import { type Resource, useWholeList } from "../../api/resource.js";
import type {
  Application,
  Group,
  Happening,
  Heartbeat,
  LogEntry,
  Server,
} from "../../api/types.js";
import { useLog } from "../../components/log-table.js";

export interface HostParts {
  readonly apps: Resource<readonly Application[]>;
  readonly servers: Resource<readonly Server[]>;
  readonly heartbeats: Resource<readonly Heartbeat[]>;
  readonly groups: Resource<readonly Group[]>;
  readonly log: Pages<LogEntry>;
  /** Each is there, or it is known why not. */
  readonly settled: boolean;
  reload(): void;
}

/** @param host its address; undefined while that is not known. */
export function useHostParts(host: string | undefined, everySeconds: number): HostParts {
  const at = (path: string): string | undefined => (host === undefined ? undefined : path);
  const freshness = {
    everySeconds,
    when: (happening: Happening) => host !== undefined && concernsHost(happening, host),
  };
  const apps = useWholeList<Application>(at("apps"), { host }, freshness);
  const servers = useWholeList<Server>(at("servers"), { host }, freshness);
  const heartbeats = useWholeList<Heartbeat>(at("heartbeats"), { host }, freshness);
  const groups = useWholeList<Group>(
    at("groups"),
    {},
    { when: ({ type }) => type === "operator.changed" },
  );
  const log = useLog(
    host === undefined ? undefined : { host },
    50,
    (happening) => happening.host === host,
  );
  const parts = [apps, servers, heartbeats, groups, log];
  return {
    apps,
    servers,
    heartbeats,
    groups,
    log,
    settled: parts.every(isSettled),
    reload() {
      for (const part of parts) part.reload();
    },
  };
}

/** What pvmon sees at all changes every state. */
export function concernsHost({ host, type }: Happening, address: string): boolean {
  return host === address || type.startsWith("sensor.");
}
