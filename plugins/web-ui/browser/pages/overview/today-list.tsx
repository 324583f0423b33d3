/** Today's losses and restarts, a line for each thing. */
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
              {whatText(line)}
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

function Subject({ of: { kind, server, host, latest } }: { readonly of: TodayLine }) {
  if (kind === "host") return <HostLink host={host} />;
  if (kind === "server") return <ServerLink server={server} />;
  return (
    <span title={latest.text}>
      <HostLink host={host} /> <Name text={latest.text} />
    </span>
  );
}

/** `restarted 50 times`, `lost 2 times, back again`. */
function whatText({ restarts, losses, isGone }: TodayLine): string {
  const parts: string[] = [];
  if (losses > 0) parts.push(`${timesText("lost", losses)}${isGone ? "" : ", back again"}`);
  if (restarts > 0) parts.push(timesText("restarted", restarts));
  return parts.join("; ");
}

function timesText(verb: string, count: number): string {
  return count === 1 ? verb : `${verb} ${countText(count)} times`;
}
