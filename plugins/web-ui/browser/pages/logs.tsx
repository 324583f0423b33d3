/** The log of the whole site. */
import { isSettled } from "../api/loader.js";
import { ActiveFilters, HOST_FILTER } from "../components/active-filters.js";
import { AddNote } from "../components/add-note.js";
import { Download } from "../components/download.js";
import { Chips, useParameter } from "../components/filters.js";
import { LogTable, useLog } from "../components/log-table.js";
import { Loaded, Page } from "../components/page.js";
import { countText } from "../formats/number.js";

const STATES = [
  { value: "pending", text: "Waiting for acknowledgement" },
  { value: "acknowledged", text: "Acknowledged" },
  { value: "noted", text: "Other" },
];

export default function Logs() {
  const query = { state: useParameter("state"), host: useParameter("host") };
  const pages = useLog(query, 100, () => true);
  const total = pages.data?.total;
  return (
    <Page
      title="Log"
      note={total === undefined ? undefined : `${countText(total)} entries`}
      actions={
        <>
          <AddNote onWritten={pages.reload} />
          <Download path="logs" query={query} />
        </>
      }
      ready={isSettled(pages)}
    >
      <div class="toolbar">
        <Chips name="state" label="State" options={STATES} />
        <ActiveFilters filters={HOST_FILTER} />
      </div>
      <Loaded of={pages}>
        {() => (
          <section class="section" aria-label="Entries">
            <LogTable
              pages={pages}
              empty={
                query.state === "pending"
                  ? "Nothing waits for acknowledgement."
                  : "Nothing yet: losses, restarts and what people change are written here."
              }
            />
          </section>
        )}
      </Loaded>
    </Page>
  );
}
