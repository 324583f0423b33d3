/** The process itself and who asks it: memory, processor, delay, HTTP. */
import type { Status } from "../../api/types.js";
import { Fact, Facts, Section } from "../../components/facts.js";
import { Nothing, Since } from "../../components/time.js";
import { bytesText, countText, rateText, shareText } from "../../formats/number.js";
import { href } from "../../url.js";
import { keyOfMetric } from "./metric-rates.js";

interface Props {
  readonly status: Status;
  readonly rates: ReadonlyMap<string, number>;
}

export function Process({ status, rates }: Props) {
  const metric = (plugin: string, name: string): number | undefined =>
    status.metrics.find((each) => each.plugin === plugin && each.name === name)?.value;
  const own = (name: string, text: (value: number) => string) => {
    const value = metric("pvmon", name);
    return value === undefined ? <Nothing /> : text(value);
  };
  const http = status.plugins.find(({ use }) => use === "http-api")?.id ?? "http-api";
  const requests = rates.get(keyOfMetric({ plugin: http, name: "requests_total" }));
  const count = (name: string): string => countText(metric(http, name) ?? 0);
  return (
    <Section
      title="The process"
      note={`version ${status.version}`}
      actions={<a href={href("traffic", { view: "pvmon" })}>Over time</a>}
    >
      <div class="dense">
        <Facts>
          <Fact name="Up">
            <Since at={status.startedAt} />
          </Fact>
          <Fact name="Memory">
            {own("resident_bytes", bytesText)}, of it {own("heap_used_bytes", bytesText)} JavaScript
          </Fact>
          <Fact name="Processor">{own("cpu_share", shareText)} of one core</Fact>
          <Fact name="Late at worst, within a minute">
            {own("event_loop_delay_max_seconds", millisecondsText)}
          </Fact>
          <Fact name="Stood still">{own("stalls_total", timesText)}</Fact>
          <Fact name="Clock set">{own("clock_jumps_total", timesText)}</Fact>
          <Fact name="HTTP requests">
            {count("requests_total")}
            {requests !== undefined && <>, now {rateText(requests)} a second</>}
          </Fact>
          <Fact name="Streams open">
            {count("stream_clients")}; {count("stream_clients_cut_total")} cut off as too slow
          </Fact>
          <Fact name="Connections refused">{count("connections_refused_total")}</Fact>
        </Facts>
      </div>
    </Section>
  );
}

function millisecondsText(seconds: number): string {
  return `${rateText(seconds * 1000)} ms`;
}

function timesText(count: number): string {
  return count === 0 ? "never" : `${countText(count)} times`;
}
