/** What waits for somebody: findings that are open, and log entries that nobody has acknowledged. */
import { useResource } from "../../api/resource.js";
import type { Anomaly, LogEntry, Page } from "../../api/types.js";
import { Section } from "../../components/facts.js";
import { HostLink, Name } from "../../components/links.js";
import { Loaded } from "../../components/page.js";
import { Shape } from "../../components/state.js";
import { Ago } from "../../components/time.js";
import { countText } from "../../formats/number.js";
import { printable } from "../../formats/printable.js";
import { ANOMALY_TEXT, isOfFindings, SEVERITY_TONE } from "../../formats/words.js";
import { href } from "../../url.js";

const FEW = 5;

export function useOpenFindings() {
  return useResource<Page<Anomaly>>(
    "anomalies",
    { state: "open", limit: FEW },
    { everySeconds: 30, when: isOfFindings },
  );
}

export function usePendingLogs() {
  return useResource<Page<LogEntry>>(
    "logs",
    { state: "pending", limit: FEW },
    { everySeconds: 30, when: ({ log, type }) => log === "pending" || type === "operator.changed" },
  );
}

export function Findings({ of }: { readonly of: ReturnType<typeof useOpenFindings> }) {
  return (
    <Section
      title="Open findings"
      note={of.data === undefined ? undefined : countText(of.data.total)}
      actions={<a href={href("beacons", { state: "open" })}>All findings</a>}
    >
      <Loaded of={of}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="none">No beacon is wrong, and nobody floods the network.</p>
          ) : (
            <ul class="lines">
              {items.map(({ type, subject, text, openedAt }) => (
                <li key={`${type} ${subject}`} class="line">
                  <Shape tone="warning" />
                  <span class="line-name">{ANOMALY_TEXT[type]}</span>
                  <span class="line-what" title={printable(text)}>
                    <Name text={text} />
                  </span>
                  <Ago at={openedAt} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

export function PendingLogs({ of }: { readonly of: ReturnType<typeof usePendingLogs> }) {
  return (
    <Section
      title="To be acknowledged"
      note={of.data === undefined ? undefined : countText(of.data.total)}
      actions={<a href={href("logs", { state: "pending" })}>The log</a>}
    >
      <Loaded of={of}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="none">Everything in the log was acknowledged.</p>
          ) : (
            <ul class="lines">
              {items.map(({ id, severity, host, hostName, text, at }) => (
                <li key={id} class="line">
                  <Shape tone={SEVERITY_TONE[severity]} />
                  <span class="line-name">
                    <HostLink host={host} name={hostName} />
                  </span>
                  <span class="line-what" title={printable(text)}>
                    <Name text={text} />
                  </span>
                  <Ago at={at} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}
