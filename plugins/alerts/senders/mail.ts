/** Notifications by e-mail. */
import { createTransport } from "nodemailer";
import type { DestinationConfig } from "../config.js";
import { bodyOf, titleOf } from "./message.js";
import { type Origin, SendError, type Sender } from "./sender.js";

/** For each step of SMTP; the whole has a limit of its own. */
const STEP_MS = 15_000;

export function mailSender(config: DestinationConfig, origin: Origin): Sender {
  const { server, port, tls, user, password, from, to } = config;
  return {
    send: async (notification, signal) => {
      const transport = createTransport({
        host: server,
        port,
        secure: tls === "fromStart",
        requireTLS: tls === "required",
        ignoreTLS: tls === "never",
        ...(user !== "" && { auth: { user, pass: password } }),
        connectionTimeout: STEP_MS,
        greetingTimeout: STEP_MS,
        socketTimeout: STEP_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      const sent = transport.sendMail({
        from,
        to: [...to],
        subject: titleOf(notification, origin),
        text: bodyOf(notification, origin),
        headers: { "Auto-Submitted": "auto-generated", "X-Pvmon-Rule": notification.rule.name },
      });
      try {
        await Promise.race([sent, aborted(signal)]);
      } catch (error) {
        throw asSendError(error);
      } finally {
        transport.close();
        // Nobody waits for it any more.
        sent.catch(() => undefined);
      }
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function asSendError(error: unknown): SendError {
  if (error instanceof SendError) return error;
  const { message, responseCode } = error as Error & { readonly responseCode?: number };
  return new SendError(message, (responseCode ?? 0) >= 500, { cause: error });
}
