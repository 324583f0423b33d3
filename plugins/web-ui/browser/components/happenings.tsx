/** Events as a list, newest first: when, what, in one sentence, with what led to it. */
import { usePages } from "../api/pages.js";
import type { Happening } from "../api/types.js";
import { dateText, timeText, utcText } from "../formats/time.js";
import { eventText, SEVERITY_TONE } from "../formats/words.js";
import { href, type Parameters } from "../url.js";
import { Evidence } from "./evidence.js";
import { ClientLink, HostLink, Name, PvLink, ServerLink } from "./links.js";
import { More } from "./more.js";
import { Loaded } from "./page.js";
import { Shape } from "./state.js";
import "../styles/happenings.css";

interface Props {
  readonly items: readonly Happening[];
  /** A line between days; not of a list that has only one. */
  readonly days?: boolean;
}

export function HappeningList({ items, days = true }: Props) {
  let day = "";
  return (
    <ol class="happenings">
      {items.map((happening) => {
        const itsDay = dateText(new Date(happening.at));
        const isNew = days && itsDay !== day;
        day = itsDay;
        return (
          <li key={happening.id}>
            {isNew && <p class="happening-day">{itsDay}</p>}
            <One of={happening} />
          </li>
        );
      })}
    </ol>
  );
}

function One({ of: happening }: { readonly of: Happening }) {
  const at = new Date(happening.at);
  return (
    <details class={`happening happening-${happening.severity}`}>
      <summary>
        <time dateTime={happening.at} title={`${timeText(at)} (${utcText(at)})`}>
          {timeText(at).slice(11)}
        </time>
        <span class="happening-type">
          <Shape tone={SEVERITY_TONE[happening.severity]} />
          {eventText(happening.type)}
        </span>
        <span class="happening-text">
          <Name text={happening.text} />
        </span>
        {happening.log === "pending" && <span class="tag tag-warning">not acknowledged</span>}
      </summary>
      <div class="happening-more">
        <p class="happening-links">
          <span>
            When <time dateTime={happening.at}>{timeText(at)}</time> ({utcText(at)})
          </span>
          {happening.host !== null && (
            <span>
              Host <HostLink host={happening.host} />
            </span>
          )}
          {happening.server !== null && (
            <span>
              Server <ServerLink server={happening.server} />
            </span>
          )}
          {happening.pv !== null && (
            <span>
              PV <PvLink name={happening.pv} />
            </span>
          )}
          {happening.client !== null && (
            <span>
              Client <ClientLink client={happening.client} />
            </span>
          )}
          {happening.app !== null && (
            <span>
              Application{" "}
              <a href={href("events", { app: happening.app, day: "all" })}>its events</a>
            </span>
          )}
          {happening.acknowledgedBy !== null && (
            <span>
              Acknowledged by <Name text={happening.acknowledgedBy} />
            </span>
          )}
          <span class="muted">event {happening.id}</span>
        </p>
        <Evidence of={happening.evidence} />
      </div>
    </details>
  );
}

interface QueryProps {
  /** As `/events` takes it: `{ server: "10.1.2.3:5064" }`. */
  readonly query: Parameters;
  /** Whether one that happens now belongs to it. */
  readonly when: (happening: Happening) => boolean;
  /** Instead of none. */
  readonly empty: string;
}

/** The events of something, for its page. */
export function Happenings({ query, when, empty }: QueryProps) {
  const pages = usePages<Happening>("events", { ...query, limit: 20 }, ({ id }) => id, { when });
  return (
    <Loaded of={pages}>
      {() =>
        pages.items.length === 0 ? (
          <p class="none">{empty}</p>
        ) : (
          <>
            <HappeningList items={pages.items} />
            <More of={pages} />
          </>
        )
      }
    </Loaded>
  );
}
