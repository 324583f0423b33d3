/** The way to each destination, as it is configured. */
import type { Log } from "pvmon";
import type { DestinationConfig } from "../config.js";
import { alertmanagerSender } from "./alertmanager.js";
import { mailSender } from "./mail.js";
import { bodyOf, titleOf } from "./message.js";
import type { Origin, Sender } from "./sender.js";
import { webhookSender } from "./webhook.js";

/** @throws Error that names the destination and says what it lacks. */
export function senderOf(config: DestinationConfig, origin: Origin): Sender {
  const { name, kind, url, server, from, to } = config;
  if (kind === "mail") {
    if (server === "" || from === "" || to.length === 0) {
      throw new Error(`destination ${name} needs server, from and to`);
    }
    return mailSender(config, origin);
  }
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    throw new Error(`destination ${name} needs a url that begins with http:// or https://`);
  }
  return kind === "webhook" ? webhookSender(config, origin) : alertmanagerSender(config, origin);
}

/** In the place of all of them in a dry run. */
export function logSender(log: Log, origin: Origin): Sender {
  return {
    send: async (notification) => {
      const { destination } = notification;
      const text = bodyOf(notification, origin);
      log.info("would be sent", { destination, title: titleOf(notification, origin), text });
    },
  };
}
