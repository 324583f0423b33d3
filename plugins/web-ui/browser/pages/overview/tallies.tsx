/** Hosts, servers, PVs and applications by state. */
import type { Counts, Host } from "../../api/types.js";
import { HOST_STATE, PV_STATE, SERVER_STATE } from "../../formats/words.js";
import { href } from "../../url.js";
import type { HostCounts } from "./host-counts.js";
import { Tally } from "./tally.js";

const HOST_STATES: readonly Host["state"][] = [
  "ok",
  "error",
  "maintenance",
  "development",
  "unknown",
];
const PV_STATES = ["online", "lost", "neverAnswered", "unverified"] as const;

interface Props {
  readonly counts: Counts;
  /** Undefined until they are loaded. */
  readonly hosts: HostCounts | undefined;
}

export function Tallies({ counts, hosts }: Props) {
  const { pvs, servers, apps } = counts;
  return (
    <div class="tallies">
      <Tally
        title="Hosts"
        total={hosts?.total ?? counts.hosts}
        href={href("hosts")}
        parts={HOST_STATES.map((state) => ({
          ...HOST_STATE[state],
          count: hosts?.states[state] ?? 0,
          href: href("hosts", { state }),
        })).filter(({ count, tone }) => count > 0 || tone === "ok" || tone === "alarm")}
      />
      <Tally
        title="Servers"
        total={servers.alive + servers.lost}
        href={href("servers")}
        parts={(["alive", "lost"] as const).map((state) => ({
          ...SERVER_STATE[state],
          count: servers[state],
          href: href("servers", { state }),
        }))}
      />
      <Tally
        title="PVs"
        total={pvs.total}
        href={href("pvs")}
        parts={[
          ...PV_STATES.map((state) => ({
            ...PV_STATE[state],
            count: pvs[state],
            href: href("pvs", { state }),
          })),
          {
            tone: "warning",
            text: "Duplicate",
            count: pvs.duplicate,
            href: href("pvs", { state: "duplicate" }),
            isExtra: true,
          },
          {
            tone: "warning",
            text: "Invalid",
            count: pvs.invalid,
            href: href("pvs", { state: "invalid" }),
            isExtra: true,
          },
        ]}
      />
      <Tally
        title="Applications"
        total={apps.running + apps.down}
        href={href("heartbeats")}
        parts={[
          { tone: "ok", text: "Running", count: apps.running },
          {
            tone: "alarm",
            text: "Down",
            count: apps.down,
            href: href("hosts", { state: "error" }),
          },
        ]}
      />
    </div>
  );
}
