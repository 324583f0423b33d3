/** The options of `alerts`: what is told, to whom, and when it is not. */
import { type Static, Type } from "@sinclair/typebox";
import { EVENT_TYPES, HOST_STATES, SEVERITIES } from "pvmon";

export const FIGURES = [
  "none",
  "lostPvs",
  "neverAnsweredPvs",
  "duplicatePvs",
  "lostServers",
  "downApps",
  "searchNamesPerSecond",
  "waitingHistory",
] as const;

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const NAME = "^[a-z0-9][a-z0-9-]{0,39}$";
const HOUR = "^([01][0-9]|2[0-3]):[0-5][0-9]$";

function words<const T extends string>(list: readonly T[], description: string, value: T) {
  return Type.Unsafe<T>({ type: "string", enum: [...list], description, default: value });
}

function someOf<const T extends string>(
  list: readonly T[],
  description: string,
  value: readonly T[] = [],
) {
  return Type.Unsafe<readonly T[]>({
    type: "array",
    items: { type: "string", enum: [...list] },
    description,
    default: [...value],
  });
}

function text(description: string, maxLength = 500) {
  return Type.String({ description, default: "", maxLength });
}

function secret(description: string) {
  return Type.String({ format: "password", description, default: "", maxLength: 2000 });
}

function globs(description: string) {
  return Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
    description,
    default: ["*"],
    maxItems: 100,
  });
}

function names(description: string) {
  return Type.Array(Type.String({ pattern: NAME }), { description, default: [], maxItems: 100 });
}

const destination = Type.Object(
  {
    name: Type.String({ description: "What rules call it.", pattern: NAME }),
    kind: Type.Union(
      [Type.Literal("webhook"), Type.Literal("mail"), Type.Literal("alertmanager")],
      {
        description: "How it is told.",
      },
    ),
    url: secret("Of a webhook, or of an Alertmanager, `http://alertmanager:9093`. Never shown."),
    format: words(
      ["json", "text", "content"],
      "Of a webhook: `json` is everything, for programs; `text` is `{ text }`, for Slack, Mattermost, Rocket.Chat, Google Chat and Teams; `content` is `{ content }`, for Discord.",
      "json",
    ),
    token: secret("Sent as `Authorization: Bearer`, where it is needed."),
    server: text("Of mail: the SMTP server."),
    port: Type.Integer({ description: "Its port.", default: 25, minimum: 1, maximum: 65_535 }),
    tls: words(
      ["ifOffered", "required", "fromStart", "never"],
      "`ifOffered` and `required` begin plainly and change over (STARTTLS).",
      "ifOffered",
    ),
    user: text("To log in with; empty: without."),
    password: secret("Of the user."),
    from: text("Sender of mail: `pvmon@example.org`."),
    to: Type.Array(Type.String({ minLength: 3, maxLength: 200 }), {
      description: "Who gets the mail.",
      default: [],
      maxItems: 50,
    }),
    perHour: Type.Integer({
      description:
        "Budget: notifications in an hour. What comes beyond waits and is told together. An Alertmanager has none: it groups by itself.",
      default: 60,
      minimum: 1,
      maximum: 3600,
    }),
  },
  { additionalProperties: false },
);

const rule = Type.Object(
  {
    name: Type.String({ description: "What the notification is called.", pattern: NAME }),
    events: someOf(
      EVENT_TYPES,
      "Types of events. Those that end again (`server.lost`, `host.lost`, `app.lost`, `pv.lost`, `pv.duplicated`, `anomaly.opened`, `storm.started`, `sensor.blind`, …) are told and resolved; others just told.",
    ),
    hostStates: someOf(HOST_STATES, "Instead of events: states of hosts, as on the wall."),
    figure: words(
      FIGURES,
      "Instead of events: a figure of the whole site that is above `above`.",
      "none",
    ),
    above: Type.Number({ description: "For `figure`.", default: 0, minimum: 0 }),
    minSeverity: words(SEVERITIES, "Of events: those below are left out.", "info"),
    match: globs("What it is about: PV, server, host, sensor or plugin, with `*` and `?`."),
    hosts: globs("Which hosts, by address or name. Figures are of no host."),
    forSeconds: Type.Integer({
      description: "It must last so long before it is told.",
      default: 0,
      minimum: 0,
      maximum: 86_400,
    }),
    calmSeconds: Type.Integer({
      description: "It must be over for so long before that is told.",
      default: 0,
      minimum: 0,
      maximum: 86_400,
    }),
    repeatHours: Type.Number({
      description: "Told again after so long while it lasts; 0: never.",
      default: 24,
      minimum: 0,
      maximum: 8760,
    }),
    severity: words(
      ["info", "warning", "alarm"],
      "Of states and figures; events have their own.",
      "alarm",
    ),
    destinations: names("Who is told, by name; none: all."),
    owner: text("Whose it is; part of the notification.", 200),
    procedure: text("What to do, or the address of a page that says it; likewise.", 2000),
  },
  { additionalProperties: false },
);

const maintenance = Type.Object(
  {
    name: Type.String({ description: "For people.", minLength: 1, maxLength: 100 }),
    from: text(
      "Begins at, with a zone: `2026-12-01T06:00:00+01:00`. For a window that comes once.",
      40,
    ),
    to: text("Ends at, likewise.", 40),
    days: someOf(DAYS, "Days on which it comes again and again."),
    start: Type.String({
      description: "On these days from `HH:MM` …",
      default: "00:00",
      pattern: HOUR,
    }),
    end: Type.String({
      description: "… to `HH:MM`, on the next day when that is not later.",
      default: "00:00",
      pattern: HOUR,
    }),
    hosts: globs("Hosts that are worked at, by address or name; `*` is everything."),
    rules: names("Only these rules, by name; none: all."),
  },
  { additionalProperties: false },
);

export const configSchema = Type.Object(
  {
    destinations: Type.Array(destination, {
      description: "Who can be told.",
      default: [],
      maxItems: 50,
    }),
    rules: Type.Array(rule, {
      description: "What is told. Each has exactly one of `events`, `hostStates` and `figure`.",
      default: [],
      maxItems: 200,
    }),
    maintenance: Type.Array(maintenance, {
      description: "When nothing is told; what still lasts is told at its end.",
      default: [],
      maxItems: 200,
    }),
    timeZone: Type.String({
      description: "In which `start` and `end` are meant: `Europe/Berlin`.",
      default: "UTC",
      maxLength: 60,
    }),
    silentHosts: someOf(
      ["maintenance", "development", "decommissioned", "hidden"],
      "Options of hosts, as operators set them, of which nothing is told.",
      ["maintenance", "development", "decommissioned"],
    ),
    waitSeconds: Type.Integer({
      description:
        "What comes within so long of each other is told together, after at most three times as long. A host's loss has to be seen in that time to silence its servers.",
      default: 30,
      minimum: 0,
      maximum: 3600,
    }),
    intervalSeconds: Type.Integer({
      description: "From one notification of a rule to the next to the same destination.",
      default: 300,
      minimum: 1,
      maximum: 86_400,
    }),
    settleSeconds: Type.Integer({
      description:
        "What was silenced by a lost host or server and still lasts is told so long after that is back.",
      default: 120,
      minimum: 0,
      maximum: 3600,
    }),
    topology: Type.Boolean({
      description:
        "A lost host silences what is on it, a lost server its PVs, where the loss itself is told.",
      default: true,
    }),
    dryRun: Type.Boolean({
      description: "Writes into pvmon's log what would be sent, and sends nothing.",
      default: false,
    }),
    folder: Type.String({
      description:
        "Where a small file keeps how far each destination has been told, for the next start.",
      default: "./data/alerts",
      format: "path",
      minLength: 1,
    }),
    path: Type.String({
      description: "Where `http-api` answers what is open and what rules would have told.",
      pattern: "^/[\\w.~-]+(/[\\w.~-]+)*$",
      default: "/alerts",
      maxLength: 100,
    }),
    link: text("Address of pvmon's pages, `https://pvmon.example.org/`; part of notifications."),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
export type DestinationConfig = Static<typeof destination>;
export type RuleConfig = Static<typeof rule>;
export type MaintenanceConfig = Static<typeof maintenance>;
