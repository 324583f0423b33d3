/** Events as a list, newest first: when, what, in one sentence, with what led to it. */
import { usePages } from "../api/pages.js";
import type { Happening } from "../api/types.js";
import { countText } from "../formats/number.js";
import { runsOf } from "../formats/runs.js";
import { clockText, dateText, timeText, utcText } from "../formats/time.js";
import { eventText, SEVERITY_TONE } from "../formats/words.js";
import { href, type Parameters } from "../url.js";
import { Evidence } from "./evidence.js";
import { ClientLink, HostLink, Name, Prose, PvLink, ServerLink } from "./links.js";
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
      {runsOf(items).map((run) => {
        const [first] = run;
        if (first === undefined) return null;
        const itsDay = dateText(new Date(first.at));
        const isNew = days && itsDay !== day;
        day = itsDay;
        return (
          <li key={first.id}>
            {isNew && <p class="happening-day">{itsDay}</p>}
            {run.length === 1 ? <One of={first} /> : <Run first={first} items={run} />}
          </li>
        );
      })}
    </ol>
  );
}

function Run(props: { readonly first: Happening; readonly items: readonly Happening[] }) {
  const { first, items } = props;
  const pending = items.filter(({ log }) => log === "pending").length;
  return (
    <details class="happening happening-run">
      <summary>
        <When of={first} />
        <What of={first} />
        <span class="happening-text">
          {countText(items.length)} times: <Name text={first.text} /> …
        </span>
        {pending > 0 && <span class="tag tag-warning">{pending} not acknowledged</span>}
      </summary>
      <ol class="happenings">
        {items.map((happening) => (
          <li key={happening.id}>
            <One of={happening} />
          </li>
        ))}
      </ol>
    </details>
  );
}

function When({ of: happening }: { readonly of: Happening }) {
  const at = new Date(happening.at);
  return (
    <time dateTime={happening.at} title={`${timeText(at)} (${utcText(at)})`}>
      {clockText(at)}
    </time>
  );
}

function What({ of: { severity, type } }: { readonly of: Happening }) {
  return (
    <span class="happening-type">
      <Shape tone={SEVERITY_TONE[severity]} />
      {eventText(type)}
    </span>
  );
}

function One({ of: happening }: { readonly of: Happening }) {
  const at = new Date(happening.at);
  return (
    <details class="happening">
      <summary>
        <When of={happening} />
        <What of={happening} />
        <span class="happening-text">
          {happening.type === "operator.noted" ? (
            <Prose text={happening.text} flat />
          ) : (
            <Name text={happening.text} />
          )}
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
  const pages = usePages<Happening>("events", query, { pageSize: 20, when });
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
