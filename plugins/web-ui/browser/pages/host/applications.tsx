/** What runs on a host or should: which applications are critical, whether they run, and where. */
import { change, segment } from "../../api/client.js";
import { forget } from "../../api/forget.js";
import type { Application } from "../../api/types.js";
import { Action } from "../../components/button.js";
import type { Column } from "../../components/columns.js";
import { EditText } from "../../components/edit-text.js";
import { Section } from "../../components/facts.js";
import { useParameter } from "../../components/filters.js";
import { Name } from "../../components/links.js";
import { State } from "../../components/state.js";
import { Table } from "../../components/table.js";
import { Ago, Nothing, Since } from "../../components/time.js";
import { countText } from "../../formats/number.js";
import { printable } from "../../formats/printable.js";
import { href, setParameters } from "../../url.js";
import { CriticalChoice } from "./critical-choice.js";

const MAX_NAME_LENGTH = 200;

interface Props {
  /** All, ignored ones too. */
  readonly apps: readonly Application[];
  readonly onChange: () => void;
}

export function Applications({ apps, onChange }: Props) {
  const all = useParameter("ignored") === "shown";
  const isLeftOut = (app: Application): boolean => app.critical === "ignored" && !app.running;
  const leftOut = apps.filter(isLeftOut).length;
  const shown = all ? apps : apps.filter((app) => !isLeftOut(app));
  const running = shown.filter((app) => app.running).length;
  return (
    <Section
      id="applications"
      title="Applications"
      note={`${countText(running)} of ${countText(shown.length)} run`}
      actions={
        leftOut > 0 && (
          <button
            type="button"
            class="chip"
            aria-pressed={all}
            onClick={() => setParameters({ ignored: all ? undefined : "shown" })}
          >
            Ignored ones that do not run
            <span class="chip-count">{countText(leftOut)}</span>
          </button>
        )
      }
    >
      <Table
        label="Applications"
        items={shown}
        columns={columnsOf(onChange)}
        keyOf={({ id }) => id}
        rowClass={({ critical, running }) =>
          critical === "critical" && !running ? "row-alarm" : undefined
        }
        empty="None is known. Applications are known by heartbeats, or by a process map of the host."
      />
    </Section>
  );
}

function columnsOf(onChange: () => void): readonly Column<Application>[] {
  return [
    {
      key: "critical",
      title: "Critical",
      cell: (app) => <CriticalChoice app={app} onChange={onChange} />,
    },
    {
      key: "running",
      title: "Running",
      cell: ({ running, critical }) =>
        running ? (
          <State tone="ok" text="Runs" />
        ) : (
          <State tone={critical === "critical" ? "alarm" : "off"} text="Does not" />
        ),
    },
    { key: "app", title: "Application", cell: (app) => <What app={app} onChange={onChange} /> },
    {
      key: "port",
      title: "Port",
      align: "end",
      cell: ({ host, port }) =>
        port === null ? (
          <Nothing />
        ) : (
          <a href={href("server", { server: `${host}:${port}` })}>{port}</a>
        ),
    },
    {
      key: "up",
      title: "Up",
      cell: ({ running, startedAt }) => (running ? <Since at={startedAt} /> : <Nothing />),
    },
    { key: "seen", title: "Last seen", cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
    {
      key: "pid",
      title: "Process",
      align: "end",
      wideOnly: true,
      cell: ({ pid }) => pid ?? <Nothing />,
    },
    {
      key: "do",
      title: "",
      align: "end",
      cell: (app) => <Forget app={app} onChange={onChange} />,
    },
  ];
}

function What({ app, onChange }: { readonly app: Application; readonly onChange: () => void }) {
  return (
    <div class="app-what">
      <span>
        {app.name !== null && (
          <strong>
            <Name text={app.name} />
          </strong>
        )}{" "}
        <span title={app.commandLine === null ? undefined : printable(app.commandLine)}>
          <Name text={app.command === "" ? "(no command)" : app.command} />
        </span>
      </span>
      <span class="muted">
        <Name text={app.directory === "" ? "(no directory)" : app.directory} />
      </span>
      <span class="app-links">
        <EditText
          kind="quiet"
          title="Name of the application"
          label="As people call it; empty for none"
          value={app.name ?? ""}
          maxLength={MAX_NAME_LENGTH}
          mayBeEmpty
          done="The name is changed."
          keep={async (name) => {
            await change("PATCH", `apps/${segment(app.id)}`, { name: name === "" ? null : name });
            onChange();
          }}
        >
          {app.name === null ? "Name it" : "Rename"}
        </EditText>
        {app.heartbeat && <a href={href("heartbeat", { app: app.id })}>Heartbeat</a>}
        <a href={href("events", { app: app.id, day: "all" })}>Events</a>
      </span>
    </div>
  );
}

function Forget({ app, onChange }: { readonly app: Application; readonly onChange: () => void }) {
  return (
    <Action
      kind="quiet"
      disabled={app.running}
      title={app.running ? "It runs: it would come back at once" : "Leaves it out of the lists"}
      question={{
        title: "Forget this application?",
        text: (
          <p>
            <Name text={`${app.command} in ${app.directory}`} /> leaves the lists. When it runs
            again it comes back, as new.
          </p>
        ),
        yes: "Forget it",
        reason: true,
      }}
      done="The application is forgotten."
      act={async (why) => {
        await forget(`apps/${segment(app.id)}`, why);
        onChange();
      }}
    >
      Forget
    </Action>
  );
}
