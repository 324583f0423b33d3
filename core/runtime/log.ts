/** Log lines by pino: JSON for machines, pretty for people, never with a secret in them. */
import { pino } from "pino";
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

export async function createLog(
  { level, format }: SiteConfig["log"],
  secrets: Secrets,
  destination: LogDestination,
): Promise<RootLog> {
  const onTerminal = destination.isTTY === true;
  const isPretty = format === "pretty" || (format === "auto" && onTerminal);
  const prettify = isPretty ? await prettifier(onTerminal) : undefined;
  const write = (line: string): void => {
    destination.write(prettify?.(JSON.parse(line)) ?? line);
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

/** Loaded only where people read along: it is as much as the rest of the log. */
async function prettifier(inColours: boolean): Promise<(line: object) => string | undefined> {
  const { prettyFactory } = await import("pino-pretty");
  return prettyFactory({
    colorize: inColours,
    translateTime: "SYS:yyyy-mm-dd HH:MM:ss.l",
    ignore: "plugin",
    messageFormat: "{plugin}: {msg}",
  });
}

function wrap(logger: pino.Logger): Log {
  const line =
    (level: "debug" | "info" | "warn" | "error") =>
    (message: string, fields: object = {}): void =>
      logger[level](fields, message);
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}
