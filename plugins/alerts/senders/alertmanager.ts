/** Alerts for an Alertmanager, by its API v2, as Prometheus itself would send them: again and again as long as they last. */
import type { DestinationConfig } from "../config.js";
import type { Notification, ToldAlert } from "../rules/alert.js";
import { iso, plain } from "./message.js";
import { type Origin, post, type Sender } from "./sender.js";

/** Sent again after so long. */
export const AGAIN_MS = 60_000;
/** What is not sent again in so long is over. */
const LASTS_MS = 5 * AGAIN_MS;
const PER_REQUEST = 500;
/** Alertmanager's usual words. */
const SEVERITIES = { info: "info", warning: "warning", alarm: "critical" } as const;

export class Alertmanager implements Sender {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #origin: Origin;

  constructor({ url, token }: DestinationConfig, origin: Origin) {
    this.#url = `${url.replace(/\/+$/, "")}/api/v2/alerts`;
    this.#headers = token === "" ? {} : { authorization: `Bearer ${token}` };
    this.#origin = origin;
  }

  async send(notification: Notification, signal: AbortSignal): Promise<void> {
    const { began, reminded, happened, ended, at } = notification;
    const until = at + LASTS_MS;
    const alerts = [
      ...[...began, ...reminded, ...happened].map((alert) =>
        this.#alert(notification, alert, until),
      ),
      ...ended.map((alert) => this.#alert(notification, alert, alert.endedAt ?? at)),
    ];
    for (let i = 0; i < alerts.length; i += PER_REQUEST) {
      await post(this.#url, alerts.slice(i, i + PER_REQUEST), this.#headers, signal);
    }
  }

  /** Labels say which alert it is, so all that may change while it lasts is in annotations, but for its severity. */
  #alert({ rule }: Notification, alert: ToldAlert, until: number): object {
    const { subject, severity, text, startedAt } = alert;
    const { site, link } = this.#origin;
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
}
