/** Asking each server of a PV for its channel, and comparing what they say. */
import { useState } from "preact/hooks";
import { ask, segment } from "../../api/client.js";
import type { ChannelInfo, Page } from "../../api/types.js";
import { Action } from "../../components/button.js";
import { Name, ServerLink } from "../../components/links.js";
import { State } from "../../components/state.js";
import { Nothing } from "../../components/time.js";
import { CHANNEL_STATE, compareOwners } from "../../formats/owner-comparison.js";

interface Props {
  readonly name: string;
  readonly hasServers: boolean;
}

export function AskOwners({ name, hasServers }: Props) {
  const [infos, setInfos] = useState<readonly ChannelInfo[] | undefined>();
  return (
    <div class="asked">
      <p>
        <Action
          role="viewer"
          disabled={!hasServers}
          title={
            hasServers
              ? "Connects to each of its servers and reads type, access and value"
              : "Not possible: no server is known that has it"
          }
          act={async () => {
            const path = `pvs/${segment(name)}/channel-info`;
            setInfos((await ask<Page<ChannelInfo>>(path, { value: true })).items);
          }}
        >
          Ask its servers
        </Action>
      </p>
      <div role="status">{infos !== undefined && <Comparison infos={infos} />}</div>
    </div>
  );
}

function Comparison({ infos }: { readonly infos: readonly ChannelInfo[] }) {
  const rows = compareOwners(infos);
  const have = infos.filter(({ state }) => state === "connected").length;
  return (
    <>
      {have > 1 && (
        <p>
          {rows.some(({ differs }) => differs)
            ? "They do not say the same: what a client gets depends on which server answers it first."
            : "They say the same."}
        </p>
      )}
      <div class="table-frame">
        <table class="table comparison" aria-label="What each server says of the channel">
          <thead>
            <tr>
              <td />
              {infos.map(({ server }) => (
                <th key={server} scope="col">
                  <ServerLink server={server} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">State</th>
              {infos.map(({ server, state, reason }) => (
                <td key={server}>
                  <State
                    tone={state === "connected" ? "ok" : "alarm"}
                    text={CHANNEL_STATE[state]}
                  />
                  {reason !== undefined && (
                    <span class="comparison-reason">
                      <Name text={reason} />
                    </span>
                  )}
                </td>
              ))}
            </tr>
            {rows.map(({ name, values, differs }) => (
              <tr key={name} class={differs ? "comparison-differs" : undefined}>
                <th scope="row">
                  {name} {differs && <span class="tag tag-warning">differs</span>}
                </th>
                {values.map((value, i) => (
                  <td key={infos[i]?.server}>
                    {value === null ? <Nothing /> : <Name text={value} />}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
