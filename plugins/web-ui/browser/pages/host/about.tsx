/** What a host is: its addresses, what people say of it, and since when it is known. */
import { change, segment } from "../../api/client.js";
import type { Host } from "../../api/types.js";
import { EditText } from "../../components/edit-text.js";
import { Fact, Facts, Section } from "../../components/facts.js";
import { Prose } from "../../components/links.js";
import { State } from "../../components/state.js";
import { Ago, Time } from "../../components/time.js";
import { HOST_LIVENESS } from "../../formats/words.js";

const MAX_DESCRIPTION_LENGTH = 2000;

interface Props {
  readonly host: Host;
  readonly onChange: () => void;
}

export function About({ host, onChange }: Props) {
  return (
    <Section
      id="about"
      title="What it is"
      actions={
        <EditText
          title={`Description of ${host.name ?? host.host}`}
          label="What it does, where it stands, whom to call"
          value={host.description}
          maxLength={MAX_DESCRIPTION_LENGTH}
          lines="many"
          mayBeEmpty
          done="The description is changed."
          keep={async (description) => {
            await change("PATCH", `hosts/${segment(host.host)}`, { description });
            onChange();
          }}
        >
          Edit the description
        </EditText>
      }
    >
      <p class={host.description === "" ? "none" : "host-description"}>
        {host.description === "" ? (
          "Nobody has described it yet."
        ) : (
          <Prose text={host.description} />
        )}
      </p>
      <Facts>
        <Fact name={host.addresses.length === 1 ? "Address" : "Addresses"}>
          {host.addresses.join(", ")}
        </Fact>
        <Fact name="The host itself">
          <State {...HOST_LIVENESS[host.liveness]} />
        </Fact>
        <Fact name="Last seen">
          <Ago at={host.lastSeenAt} />
        </Fact>
        <Fact name="First seen">
          <Time at={host.firstSeenAt} />
        </Fact>
      </Facts>
    </Section>
  );
}
