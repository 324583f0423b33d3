/** Posts notifications to a web server: everything, for programs, or a text, for chats. */
import type { DestinationConfig } from "../config.js";
import type { Notification, ToldAlert } from "../rules/alert.js";
import { bodyOf, iso, plain, titleOf } from "./message.js";
import { type Origin, post, type Sender } from "./sender.js";

/** Of each list. */
const MAX_ALERTS = 1000;
/** Discord takes no more than 2,000 characters. */
const MAX_CONTENT = 1900;

export class Webhook implements Sender {
  readonly #config: DestinationConfig;
  readonly #origin: Origin;

  constructor(config: DestinationConfig, origin: Origin) {
    this.#config = config;
    this.#origin = origin;
  }

  async send(notification: Notification, signal: AbortSignal): Promise<void> {
    const { url, token } = this.#config;
    const headers = token === "" ? {} : { authorization: `Bearer ${token}` };
    await post(url, this.#body(notification), headers, signal);
  }

  #body(notification: Notification): object {
    const { format } = this.#config;
    if (format === "json") return dataOf(notification, this.#origin);
    const text = `${titleOf(notification, this.#origin)}\n${bodyOf(notification, this.#origin)}`;
    const quiet = withoutMarkup(text);
    return format === "text" ? { text: quiet } : { content: quiet.slice(0, MAX_CONTENT) };
  }
}

/** The shape that programs get, at most `maxAlerts` in each list; fields are added and never change their meaning. */
export function dataOf(
  notification: Notification,
  { site, link }: Origin,
  maxAlerts = MAX_ALERTS,
): object {
  const { rule, at, began, ended, reminded, happened, notKept } = notification;
  const list = (alerts: readonly ToldAlert[]) => ({
    total: alerts.length,
    items: alerts.slice(0, maxAlerts).map(itemOf),
  });
  return {
    site,
    link,
    rule: rule.name,
    owner: rule.owner,
    procedure: rule.procedure,
    at: iso(at),
    title: titleOf(notification, { site, link }),
    began: list(began),
    ended: list(ended),
    reminded: list(reminded),
    happened: list(happened),
    notKept,
  };
}

function itemOf({ subject, condition, severity, text, ...times }: ToldAlert): object {
  const { kind, name, host = null, server = null } = subject;
  return {
    kind,
    subject: name,
    host,
    server,
    condition,
    severity,
    text: plain(text),
    startedAt: iso(times.startedAt),
    endedAt: times.endedAt === null ? null : iso(times.endedAt),
    returns: times.returns,
  };
}

/** Whatever is called `@all` or `<!channel>` on the network calls nobody. */
function withoutMarkup(text: string): string {
  return text.replaceAll("<", "‹").replaceAll(">", "›").replaceAll("@", "@\u200b");
}
