/** What has to be on a host whatever application it is: ports that are served, and how many applications run. */
import { useState } from "preact/hooks";
import { change, segment } from "../../api/client.js";
import { changeExpectedPorts } from "../../api/expected-ports.js";
import { may, whyNot } from "../../api/session.js";
import type { Host, Server } from "../../api/types.js";
import { Action } from "../../components/button.js";
import { Section } from "../../components/facts.js";
import { ServerLink } from "../../components/links.js";
import { State } from "../../components/state.js";
import { countText } from "../../formats/number.js";
import { SERVER_STATE } from "../../formats/words.js";

interface Props {
  readonly host: Host;
  readonly servers: readonly Server[];
  readonly onChange: () => void;
}

export function Expectations(props: Props) {
  return (
    <Section
      id="expected"
      title="Expected"
      note="For what cannot be told apart by its command and directory."
    >
      <div class="columns">
        <Ports {...props} />
        <AppCount {...props} />
      </div>
    </Section>
  );
}

function Ports({ host, servers, onChange }: Props) {
  const [text, setText] = useState("");
  const port = Number(text);
  const problem = problemOf(text, host.expectedPorts);
  const keep = (ports: Parameters<typeof changeExpectedPorts>[1]) =>
    changeExpectedPorts(host.host, ports).then(onChange);
  return (
    <div class="expected">
      <h3>Ports that have to be served</h3>
      {host.expectedPorts.length === 0 ? (
        <p class="none">None.</p>
      ) : (
        <ul class="expected-ports">
          {host.expectedPorts.map((expected) => (
            <li key={expected}>
              <strong>{expected}</strong>
              <PortState port={expected} servers={servers} />
              <Action
                kind="quiet"
                title="It is not expected any more"
                done={`Port ${expected} is not expected any more.`}
                act={() => keep({ remove: [expected] })}
              >
                Remove
              </Action>
            </li>
          ))}
        </ul>
      )}
      <div class="toolbar">
        <label class="choice">
          Port
          <input
            type="number"
            min={1}
            max={65_535}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <Action
          disabled={text === "" || problem !== undefined}
          title={
            text === ""
              ? "Give a port first"
              : (problem ?? "It is in error while nothing serves it")
          }
          done={`Port ${port} is expected.`}
          act={async () => {
            await keep({ add: [port] });
            setText("");
          }}
        >
          Expect it
        </Action>
      </div>
      {text !== "" && problem !== undefined && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function problemOf(text: string, expected: readonly number[]): string | undefined {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return "A port is from 1 to 65,535.";
  return expected.includes(port) ? "It is expected already." : undefined;
}

function PortState(props: { readonly port: number; readonly servers: readonly Server[] }) {
  const server = props.servers.find((one) => one.server.endsWith(`:${props.port}`));
  if (server === undefined) return <State tone="alarm" text="Nothing serves it" />;
  return (
    <>
      <State {...SERVER_STATE[server.state]} />
      <ServerLink server={server.server} />
    </>
  );
}

function AppCount({ host, onChange }: Props) {
  const { expectedApps, options } = host;
  const running = host.apps.filter((app) => app.running).length;
  const [text, setText] = useState<string>();
  const shown = text ?? (expectedApps === null ? "" : String(expectedApps));
  const wanted = shown === "" ? null : Number(shown);
  const keep = async (count: number | null): Promise<void> => {
    await change("PATCH", `hosts/${segment(host.host)}`, { expectedApps: count });
    setText(undefined);
    onChange();
  };
  const valid = wanted === null || (Number.isInteger(wanted) && wanted >= 0 && wanted <= 10_000);
  return (
    <div class="expected">
      <h3>Number of applications</h3>
      <p class="muted">
        {expectedApps === null
          ? `${countText(running)} run now; no number is expected.`
          : `${countText(running)} of ${countText(expectedApps)} expected run now.`}
        {options.monitorAppCount
          ? ""
          : " It counts only with the setting “Only count applications”."}
      </p>
      <div class="toolbar">
        <label class="choice">
          At least
          <input
            type="number"
            min={0}
            max={10_000}
            value={shown}
            disabled={!may("operator")}
            title={may("operator") ? undefined : `Not possible: ${whyNot("operator")}`}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <Action
          disabled={!valid || wanted === expectedApps}
          title={
            valid
              ? wanted === expectedApps
                ? "It is so already"
                : "Empty for none"
              : "A whole number from 0 to 10,000"
          }
          done="The expected number is changed."
          act={() => keep(wanted)}
        >
          Set
        </Action>
        <Action
          kind="quiet"
          disabled={expectedApps === running}
          title={expectedApps === running ? "It is so already" : "As many as run now"}
          done={
            running === 1
              ? "1 application is expected."
              : `${countText(running)} applications are expected.`
          }
          act={() => keep(running)}
        >
          As many as run now ({countText(running)})
        </Action>
      </div>
    </div>
  );
}
