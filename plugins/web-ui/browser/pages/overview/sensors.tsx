/** The sensors in short: whether each sees, when it last heard something, and how much it misses. */
import type { Sensor } from "../../api/types.js";
import { SensorState } from "../../app/blindness.js";
import type { Column } from "../../components/columns.js";
import { Section } from "../../components/facts.js";
import { Name } from "../../components/links.js";
import { Table } from "../../components/table.js";
import { Ago, Nothing } from "../../components/time.js";
import { countText, shareText } from "../../formats/number.js";
import { href } from "../../url.js";

const COLUMNS: readonly Column<Sensor>[] = [
  { key: "id", title: "Sensor", cell: SensorName },
  {
    key: "state",
    title: "State",
    cell: (sensor) => (
      <span title={sensor.reason ?? undefined}>
        <SensorState sensor={sensor} />
      </span>
    ),
  },
  {
    key: "last",
    title: "Last packet",
    cell: ({ lastPacketAt }) => <Ago at={lastPacketAt} />,
  },
  {
    key: "dropped",
    title: "Dropped",
    align: "end",
    wideOnly: true,
    cell: ({ dropped }) => countText(dropped.kernel + dropped.queue),
  },
  {
    key: "loss",
    title: "Loss",
    align: "end",
    cell: ({ lossEstimate }) => (lossEstimate === null ? <Nothing /> : shareText(lossEstimate)),
  },
];

/** `ioc-heartbeat/127.255.255.255:5066`, which may break at its slash. */
function SensorName({ id }: Sensor) {
  const slash = id.indexOf("/") + 1;
  return (
    <>
      <Name text={id.slice(0, slash)} />
      <wbr />
      <Name text={id.slice(slash)} />
    </>
  );
}

export function Sensors({ sensors }: { readonly sensors: readonly Sensor[] }) {
  return (
    <Section title="Sensors" actions={<a href={href("system")}>System</a>}>
      <Table
        label="Sensors"
        items={sensors}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        empty="No detector listens to the network."
      />
    </Section>
  );
}
