/** Groups of hosts: those that people make, with who is in them, and the fixed ones; each leads to its wall. */
import { change } from "../api/client.js";
import { isSettled } from "../api/loader.js";
import { useWholeList } from "../api/resource.js";
import type { Group, Host } from "../api/types.js";
import { EditText } from "../components/edit-text.js";
import { Section } from "../components/facts.js";
import { useParameter } from "../components/filters.js";
import { Loaded, Page } from "../components/page.js";
import { countText } from "../formats/number.js";
import { setParameters } from "../url.js";
import { GroupTable, MAX_GROUP_NAME_LENGTH } from "./groups/group-table.js";
import { Members } from "./groups/members.js";
import "../styles/groups.css";

const CHANGED_BY = /^(host|server|app|operator)\./;

export default function Groups() {
  const freshness = {
    everySeconds: 30,
    when: ({ type }: { readonly type: string }) => CHANGED_BY.test(type),
  };
  const groups = useWholeList<Group>("groups", {}, freshness);
  const hosts = useWholeList<Host>("hosts", {}, freshness);
  const edited = useParameter("edit");
  const all = groups.data ?? [];
  const own = all.filter(({ fixed }) => !fixed);
  const opened = own.find(({ id }) => id === edited);
  const close = (): void => setParameters({ edit: undefined });
  return (
    <Page
      title="Groups"
      note={
        groups.data === undefined
          ? undefined
          : own.length === 1
            ? "1 user group"
            : `${countText(own.length)} user groups`
      }
      actions={
        <EditText
          kind="main"
          title="A new group"
          label="As people call it"
          value=""
          maxLength={MAX_GROUP_NAME_LENGTH}
          yes="Make it"
          done="The group is made. Choose who is in it."
          keep={async (name) => {
            const { id } = await change<Group>("POST", "groups", { name });
            groups.reload();
            setParameters({ edit: id });
          }}
        >
          Make a group
        </EditText>
      }
      ready={isSettled(groups) && isSettled(hosts)}
    >
      <Loaded of={groups}>
        {() => (
          <Loaded of={hosts}>
            {(known) => (
              <>
                <Section title="User groups">
                  <GroupTable
                    label="User groups"
                    groups={own}
                    hosts={known}
                    onChange={groups.reload}
                  />
                </Section>
                <Section
                  title="Fixed groups"
                  note="Their members follow from the settings and the state of hosts."
                >
                  <GroupTable
                    label="Fixed groups"
                    groups={all.filter(({ fixed }) => fixed)}
                    hosts={known}
                    onChange={groups.reload}
                  />
                </Section>
                {opened !== undefined && (
                  <Members
                    key={opened.id}
                    group={opened}
                    hosts={known}
                    onClose={close}
                    onKept={() => {
                      close();
                      groups.reload();
                      hosts.reload();
                    }}
                  />
                )}
              </>
            )}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}
