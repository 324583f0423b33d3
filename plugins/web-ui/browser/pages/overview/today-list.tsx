/** Today's losses and restarts, a line for each thing. */
import type { EventType } from "../../api/types.js";
import { HostLink, Name, ServerLink } from "../../components/links.js";
import { Shape } from "../../components/state.js";
import { Ago } from "../../components/time.js";
import { countText } from "../../formats/number.js";
import { href } from "../../url.js";
import type { TodayLine } from "./today.js";

const MOST_LINES = 12;

export function TodayList({ lines }: { readonly lines: readonly TodayLine[] }) {
  if (lines.length === 0) {
    return <p class="none">Nothing was lost and nothing restarted since midnight.</p>;
  }
  const more = lines.length - MOST_LINES;
  return (
    <>
      <ul class="lines">
        {lines.slice(0, MOST_LINES).map((line) => (
          <li key={`${line.kind} ${line.subject}`} class="line">
            <Shape tone={line.isGone ? "alarm" : "warning"} />
            <span class="line-name">
              <Subject of={line} />
            </span>
            <a
              class="line-what"
              href={href("events", {
                server: line.server,
                host: line.server === null ? line.host : null,
              })}
            >
              <Name text={whatText(line)} />
            </a>
            <Ago at={line.latest.at} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p>
          <a href={href("events")}>{countText(more)} more</a>
        </p>
      )}
    </>
  );
}

function Subject({ of: { kind, server, host } }: { readonly of: TodayLine }) {
  return kind === "server" ? <ServerLink server={server} /> : <HostLink host={host} />;
}

/** `restarted 50 times`, `lost 2 times, back again`, `hangs`. */
function whatText({ kind, restarts, losses, isGone, latest }: TodayLine): string {
  // An application has no short name: what the event says of it names it.
  if (kind === "app" && restarts + losses === 1) return latest.text;
  const parts: string[] = [];
  if (losses > 0) {
    const verb = isGone ? (GONE[latest.type] ?? "lost") : "lost";
    parts.push(`${timesText(verb, losses)}${isGone ? "" : ", back again"}`);
  }
  if (restarts > 0) parts.push(timesText("restarted", restarts));
  return kind === "app" ? `${parts.join("; ")}: ${latest.text}` : parts.join("; ");
}

const GONE: Partial<Record<EventType, string>> = {
  "server.unresponsive": "hung",
  "server.stopped": "stopped",
};

function timesText(verb: string, count: number): string {
  return count === 1 ? verb : `${verb} ${countText(count)} times`;
}
