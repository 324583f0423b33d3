/** Alerts for an Alertmanager, by its API v2, as Prometheus itself would send them: again and again as long as they last. */
import type { DestinationConfig } from "../config.js";
import type { ToldAlert } from "../rules/alert.js";
import type { Rule } from "../rules/rule.js";
import { iso, plain } from "./message.js";
import { type Origin, post, type Sender } from "./sender.js";

/** Sent again after so long. */
export const AGAIN_MS = 60_000;
/** What is not sent again in so long is over. */
const LASTS_MS = 5 * AGAIN_MS;
const PER_REQUEST = 500;
/** Alertmanager's usual words. */
const SEVERITIES = { info: "info", warning: "warning", alarm: "critical" } as const;

export function alertmanagerSender(config: DestinationConfig, origin: Origin): Sender {
  const url = `${config.url.replace(/\/+$/, "")}/api/v2/alerts`;
  return {
    send: async ({ rule, began, reminded, happened, ended, at }, signal) => {
      const until = at + LASTS_MS;
      const alerts = [
        ...[...began, ...reminded, ...happened].map((alert) => alertOf(rule, alert, until, origin)),
        ...ended.map((alert) => alertOf(rule, alert, alert.endedAt ?? at, origin)),
      ];
      for (let i = 0; i < alerts.length; i += PER_REQUEST) {
        await post({ ...config, url }, alerts.slice(i, i + PER_REQUEST), signal);
      }
    },
  };
}

/** Labels say which alert it is, so all that may change while it lasts is in annotations, but for its severity. */
function alertOf(rule: Rule, alert: ToldAlert, until: number, { site, link }: Origin): object {
  const { subject, severity, text, startedAt } = alert;
  const labels = {
    alertname: rule.name,
    site,
    kind: subject.kind,
    subject: plain(subject.name),
    severity: SEVERITIES[severity],
    ...(subject.host !== undefined && { host: subject.host }),
    ...(rule.owner !== "" && { owner: rule.owner }),
  };
  const annotations = {
    summary: plain(text),
    ...(rule.procedure !== "" && { procedure: rule.procedure }),
  };
  return {
    labels,
    annotations,
    startsAt: iso(startedAt),
    endsAt: iso(Math.max(until, startedAt)),
    ...(URL.canParse(link) && { generatorURL: link }),
  };
}
