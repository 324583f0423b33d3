/** Posts notifications to a web server: everything, for programs, or a text, for chats. */
import type { DestinationConfig } from "../config.js";
import type { Notification, ToldAlert } from "../rules/alert.js";
import { bodyOf, iso, plain, titleOf } from "./message.js";
import { type Origin, post, type Sender } from "./sender.js";

/** Of each list. */
const MAX_ALERTS = 1000;
/** Discord takes no more than 2,000 characters. */
const MAX_CONTENT = 1900;

export function webhookSender(config: DestinationConfig, origin: Origin): Sender {
  const { url, token, format } = config;
  return {
    send: async (notification, signal) => {
      const body =
        format === "json" ? dataOf(notification, origin) : textOf(notification, origin, format);
      await post({ url, token }, body, signal);
    },
  };
}

function textOf(notification: Notification, origin: Origin, format: "text" | "content"): object {
  const text = `${titleOf(notification, origin)}\n${bodyOf(notification, origin)}`;
  const quiet = withoutMarkup(text);
  return format === "text" ? { text: quiet } : { content: quiet.slice(0, MAX_CONTENT) };
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
