/** The clients that asked for most names in the span, and in which part of it. */
import { useCallback } from "preact/hooks";
import type { Interval } from "../../api/blind-intervals.js";
import { ask } from "../../api/client.js";
import { type Freshness, useLoaded } from "../../api/resource.js";
import type { Page, TopRequests, Traffic } from "../../api/types.js";
import { Section } from "../../components/facts.js";
import { ClientLink } from "../../components/links.js";
import { Loaded } from "../../components/page.js";
import { countText } from "../../formats/number.js";
import { timeText } from "../../formats/time.js";
import { type Bar, Bars } from "./bars.js";
import { parametersOf } from "./span.js";
import { sumsOf, timeBins } from "./time-bins.js";

/** As many series as one request may ask for. */
const MOST = 20;

interface Props {
  /** What the span is called. */
  readonly name: string;
  span(): Interval;
  readonly freshness: Freshness;
}

export function TopClients({ name, span, freshness }: Props) {
  const load = useCallback((signal: AbortSignal) => loadBars(span(), signal), [name]);
  const bars = useLoaded(`top clients ${name}`, load, freshness);
  return (
    <Section
      title="Clients that ask most"
      note="Names in their searches; darker is later. Of busy minutes only the 50 busiest clients are kept."
    >
      <Loaded of={bars}>
        {(found) =>
          found.length === 0 ? (
            <p class="none">Nobody asked for anything in this time.</p>
          ) : (
            <Bars label="Clients that ask most" unit="Names" bars={found} />
          )
        }
      </Loaded>
    </Section>
  );
}

async function loadBars(span: Interval, signal: AbortSignal): Promise<readonly Bar[]> {
  const times = parametersOf(span);
  const top = await ask<Page<TopRequests>>(
    "traffic/top",
    { by: "client", limit: MOST, ...times },
    signal,
  );
  if (top.items.length === 0) return [];
  const series = top.items.map(({ name }) => `client:${name}`).join(",");
  const traffic = await ask<Traffic>("traffic", { series, ...times }, signal);
  const bins = timeBins(span);
  return top.items.map(({ name, hostName, requests, share }) => {
    const points = traffic.series.find((each) => each.name === `client:${name}`)?.points ?? [];
    const sums = sumsOf(points, traffic.stepMs, bins);
    return {
      key: name,
      name: <ClientLink client={name} name={hostName} />,
      total: requests,
      share,
      parts: bins.map(({ from, to }, index) => {
        const value = Math.round(sums[index] ?? 0);
        const when = `${timeText(new Date(from))} to ${timeText(new Date(to))}`;
        return { title: `${when}: ${countText(value)} names`, value };
      }),
    };
  });
}
