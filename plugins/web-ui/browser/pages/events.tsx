/** What happened, a day at a time. */
import { isSettled } from "../api/loader.js";
import { usePages } from "../api/pages.js";
import { useResource } from "../api/resource.js";
import type { EventCounts, Happening } from "../api/types.js";
import { now } from "../app/now.js";
import { ActiveFilters, HOST_FILTER } from "../components/active-filters.js";
import { Button } from "../components/button.js";
import { Download } from "../components/download.js";
import { Chips, useParameter } from "../components/filters.js";
import { HappeningList } from "../components/happenings.js";
import { More } from "../components/more.js";
import { Empty, Loaded, Page } from "../components/page.js";
import { countText } from "../formats/number.js";
import { dateText, daysLater } from "../formats/time.js";
import { setParameters } from "../url.js";
import { dayOf, dayText, KINDS, typesOf } from "./events/filter.js";
import { STEP_SECONDS, TimeStrip } from "./events/time-strip.js";
import "../styles/events.css";

const KIND_OPTIONS = Object.entries(KINDS).map(([value, { text }]) => ({ value, text }));
const SEVERITY_OPTIONS = [
  { value: "alarm", text: "Alarms" },
  { value: "warning", text: "Warnings" },
  { value: "info", text: "Information" },
];
/** What the events are about, as another page asked. */
const SUBJECTS = [
  ...HOST_FILTER,
  { name: "server", label: "Server" },
  { name: "client", label: "Client" },
  { name: "pv", label: "PV" },
  { name: "app", label: "Application" },
];

export default function Events() {
  const today = new Date(now.value);
  const all = useParameter("day") === "all";
  const day = dayOf(useParameter("day"), today);
  const hour = Number(useParameter("hour")) || undefined;
  const subjects = Object.fromEntries(SUBJECTS.map(({ name }) => [name, useParameter(name)]));
  const filters = {
    type: typesOf(useParameter("kind")),
    severity: useParameter("severity"),
    ...subjects,
  };
  const whole = all ? {} : { from: day.from.toISOString(), to: day.to.toISOString() };
  const span =
    all || hour === undefined
      ? whole
      : { from: new Date(hour).toISOString(), to: new Date(hour + 3_600_000).toISOString() };
  const isNow = all || dayText(day.from, today) === undefined;
  const fresh = { when: () => isNow };
  const counts = useResource<EventCounts>(
    all ? undefined : "events/counts",
    { ...filters, ...whole, step: STEP_SECONDS },
    fresh,
  );
  const pages = usePages<Happening>("events", { ...filters, ...span }, { pageSize: 100, ...fresh });
  const total = pages.data?.total;

  return (
    <Page
      title="Events"
      note={total === undefined ? undefined : `${countText(total)} ${all ? "in all" : "shown"}`}
      actions={<Download path="events" query={{ ...filters, ...span }} />}
      ready={isSettled(pages)}
    >
      <div class="toolbar">
        {all ? (
          <Button onClick={() => setParameters({ day: undefined })}>By day</Button>
        ) : (
          <DayChoice day={day.from} today={today} />
        )}
        <Chips name="severity" label="Severity" options={SEVERITY_OPTIONS} single />
        <ActiveFilters filters={SUBJECTS} />
      </div>
      <Chips name="kind" label="Kinds of events" options={KIND_OPTIONS} />
      {!all && (
        <TimeStrip
          counts={counts.data}
          day={day}
          chosen={hour}
          onChoose={(from) => setParameters({ hour: from })}
        />
      )}
      <Loaded of={pages}>
        {() =>
          pages.items.length === 0 ? (
            <Empty title="Nothing happened">
              <p>
                {isNow ? "Nothing so far" : "Nothing on this day"}, as far as pvmon saw
                {Object.values(filters).some((value) => value) ? " and with these filters" : ""}.
              </p>
            </Empty>
          ) : (
            <section class="section" aria-label="Events">
              <HappeningList items={pages.items} days={all} />
              <More of={pages} />
            </section>
          )
        }
      </Loaded>
    </Page>
  );
}

function DayChoice({ day, today }: { readonly day: Date; readonly today: Date }) {
  const goTo = (to: Date): void => setParameters({ day: dayText(to, today), hour: undefined });
  const isToday = dayText(day, today) === undefined;
  return (
    <div class="day-choice">
      <Button label="The day before" onClick={() => goTo(daysLater(day, -1))}>
        ‹
      </Button>
      <input
        type="date"
        aria-label="Day"
        value={dateText(day)}
        max={dateText(today)}
        onChange={(event) => {
          const { value } = event.currentTarget;
          if (value !== "") goTo(dayOf(value, today).from);
        }}
      />
      <Button
        label="The day after"
        disabled={isToday}
        title={isToday ? "This is today" : undefined}
        onClick={() => goTo(daysLater(day, 1))}
      >
        ›
      </Button>
      <Button disabled={isToday} onClick={() => goTo(today)}>
        Today
      </Button>
    </div>
  );
}
