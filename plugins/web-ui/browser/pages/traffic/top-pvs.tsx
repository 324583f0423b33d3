/** The PVs that were asked for most in the span. */
import { useCallback } from "preact/hooks";
import type { Interval } from "../../api/blind-intervals.js";
import { ask } from "../../api/client.js";
import { type Freshness, useLoaded } from "../../api/resource.js";
import type { Page, TopRequests } from "../../api/types.js";
import { Section } from "../../components/facts.js";
import { PvLink } from "../../components/links.js";
import { Loaded } from "../../components/page.js";
import { countText } from "../../formats/number.js";
import { Bars } from "./bars.js";
import { parametersOf } from "./span.js";

const MOST = 20;

interface Props {
  /** What the span is called. */
  readonly name: string;
  span(): Interval;
  readonly freshness: Freshness;
}

export function TopPvs({ name, span, freshness }: Props) {
  const load = useCallback(
    (signal: AbortSignal) =>
      ask<Page<TopRequests>>(
        "traffic/top",
        { by: "pv", limit: MOST, ...parametersOf(span()) },
        signal,
      ),
    [name],
  );
  const top = useLoaded(`top PVs ${name}`, load, freshness);
  return (
    <Section
      title="PVs that are asked for most"
      note="Of each minute the 50 names that are asked for most are kept."
    >
      <Loaded of={top}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="none">Nobody asked for anything in this time.</p>
          ) : (
            <Bars
              label="PVs that are asked for most"
              unit="Requests"
              bars={items.map((item) => ({
                key: item.name,
                name: <PvLink name={item.name} />,
                total: item.requests,
                share: item.share,
                parts: [{ title: `${countText(item.requests)} requests`, value: item.requests }],
              }))}
            />
          )
        }
      </Loaded>
    </Section>
  );
}
