/** Log lines by pino: JSON for machines, pretty for people, never with a secret in them. */
import { pino } from "pino";
import { prettyFactory } from "pino-pretty";
import type { Secrets } from "../config/secrets.js";
import type { SiteConfig } from "../config/site.js";
import type { Log } from "../plugin/host.js";

export interface LogDestination {
  /** One line with its line break. */
  write(line: string): void;
  readonly isTTY?: boolean;
}

/** A log whose lines can be tagged with the plugin they come from. */
export interface RootLog extends Log {
  tagged(plugin: string): Log;
}

export function createLog(
  { level, format }: SiteConfig["log"],
  secrets: Secrets,
  destination: LogDestination,
): RootLog {
  const onTerminal = destination.isTTY === true;
  const isPretty = format === "pretty" || (format === "auto" && onTerminal);
  const prettify = prettyFactory({
    colorize: onTerminal,
    translateTime: "SYS:yyyy-mm-dd HH:MM:ss.l",
    ignore: "plugin",
    messageFormat: "{plugin}: {msg}",
  });
  const write = (line: string): void => {
    destination.write(isPretty ? (prettify(JSON.parse(line)) ?? line) : line);
  };
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        error: (error: unknown) =>
          error instanceof Error ? pino.stdSerializers.err(error) : error,
      },
      hooks: { streamWrite: (line) => secrets.hide(line) },
    },
    { write },
  );
  const tagged = (plugin: string): Log => wrap(logger.child({ plugin }));
  return { ...tagged("pvmon"), tagged };
}

function wrap(logger: pino.Logger): Log {
  const line =
    (level: "debug" | "info" | "warn" | "error") =>
    (message: string, fields: object = {}): void =>
      logger[level](fields, message);
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}
