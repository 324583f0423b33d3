/** The shape of a site file, plugins' own options left to the plugins. */
import { type Static, Type } from "@sinclair/typebox";
import { DEFAULT_NAME_RULES } from "../model/names/name-validity.js";
import type { PluginKind } from "../plugin/plugin.js";
import { ROLES } from "../plugin/services.js";

const strict = { additionalProperties: false };

const PluginEntry = Type.Object(
  {
    use: Type.String({
      minLength: 1,
      description:
        "A built-in plugin's name, a path relative to this file, or an npm package found from this file's folder.",
    }),
    id: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description:
          "Letters, digits, `.`, `_` and `-`; unique in the site; the plugin's name unless given.",
      }),
    ),
    required: Type.Boolean({
      default: true,
      description: "False: pvmon counts as healthy without it.",
    }),
    onStartFailure: Type.Union(
      [Type.Literal("stop"), Type.Literal("retry"), Type.Literal("skip")],
      {
        default: "stop",
        description:
          "When it cannot start: stop pvmon, retry with growing pauses while the rest runs, or skip it.",
      },
    ),
    config: Type.Object({}, { default: {}, description: "The plugin's own options." }),
  },
  strict,
);

const entries = (description: string) => Type.Array(PluginEntry, { default: [], description });

const HostEntry = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 253, description: "What people call it." }),
    addresses: Type.Array(Type.String({ format: "ipv4" }), {
      minItems: 1,
      maxItems: 100,
      description: "All of its addresses; the first stands for it. None may be in two entries.",
    }),
  },
  strict,
);

const NameRules = Type.Object(
  {
    minLength: Type.Integer({
      default: DEFAULT_NAME_RULES.minLength,
      minimum: 1,
      maximum: 499,
      description: "Characters a name has at least, its field not counted.",
    }),
    minCode: Type.Integer({
      default: DEFAULT_NAME_RULES.minCode,
      minimum: 0,
      maximum: 255,
      description: "The lowest character code; 33 leaves out blanks and control characters.",
    }),
    maxCode: Type.Integer({
      default: DEFAULT_NAME_RULES.maxCode,
      minimum: 0,
      maximum: 255,
      description: "The highest character code; 126 leaves out all that is not ASCII.",
    }),
    forbidden: Type.String({
      default: DEFAULT_NAME_RULES.forbidden,
      maxLength: 256,
      description: "Characters that a name may not have; empty for none.",
    }),
  },
  {
    ...strict,
    default: {},
    description: "Which PV names are valid, up to their first dot; others are shown as invalid.",
  },
);

const Inventory = Type.Object(
  {
    maxNames: Type.Integer({
      default: 5_000_000,
      minimum: 1000,
      maximum: 50_000_000,
      description: "Names kept at most; further ones are refused and counted.",
    }),
    maxServers: Type.Integer({
      default: 20_000,
      minimum: 10,
      maximum: 1_000_000,
      description: "Servers kept at most; further ones are refused.",
    }),
    maxClients: Type.Integer({
      default: 20_000,
      minimum: 10,
      maximum: 1_000_000,
      description: "Client addresses kept at most; the one not seen for longest makes room.",
    }),
    maxHosts: Type.Integer({
      default: 20_000,
      minimum: 10,
      maximum: 1_000_000,
      description:
        "Hosts kept at most; further ones displace hosts that were barely seen and on which nothing runs.",
    }),
    maxApps: Type.Integer({
      default: 20_000,
      minimum: 10,
      maximum: 1_000_000,
      description: "Applications kept at most; one heard once, or barely known, makes room.",
    }),
    maxSiteFacts: Type.Integer({
      default: 100_000,
      minimum: 0,
      maximum: 10_000_000,
      description: "Facts of site plugins kept at most.",
    }),
    purgeAfterDays: Type.Number({
      default: 365,
      minimum: 1,
      maximum: 36_500,
      description: "A PV neither answered for nor asked for in this many days is dropped.",
    }),
    settleMinutes: Type.Number({
      default: 10,
      minimum: 0,
      maximum: 1440,
      description: "New clients are told of only this long after a start without memory.",
    }),
    lostAfterPeriods: Type.Number({
      default: 3,
      minimum: 2,
      maximum: 100,
      description: "A server is lost after this many of its own beacon periods without a beacon.",
    }),
    lostAfterHeartbeats: Type.Number({
      default: 3,
      minimum: 2,
      maximum: 100,
      description: "An application is lost after this many of its own periods without a heartbeat.",
    }),
    graceSeconds: Type.Number({
      default: 20,
      minimum: 0,
      maximum: 3600,
      description: "Nothing is lost for this long after a sensor was blind.",
    }),
    beaconNetworks: Type.Array(Type.String({ format: "cidr" }), {
      default: [],
      description:
        "Networks beacons may come from; one from elsewhere is an anomaly. Every network when empty.",
    }),
    hosts: Type.Array(HostEntry, {
      default: [],
      maxItems: 10_000,
      description:
        "Hosts whose names no name server knows, and hosts with several addresses, which then count as one.",
    }),
    names: NameRules,
  },
  { ...strict, default: {}, description: "What is remembered, and when something counts as lost." },
);

const Spool = Type.Object(
  {
    folder: Type.String({
      default: "./data/spool",
      format: "path",
      minLength: 1,
      description: "Where it is kept, in a folder for each store; made when it is needed.",
    }),
    megabytes: Type.Integer({
      default: 1024,
      minimum: 1,
      maximum: 1_000_000,
      description: "For each store at most; then the oldest is dropped, and counted.",
    }),
  },
  {
    ...strict,
    default: {},
    description: "History that a store cannot take now: kept on disk, and written when it can.",
  },
);

const Token = Type.Object(
  {
    name: Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
      description:
        "Letters, digits, `.`, `_` and `-`: what it is for. Changes made with it are made by `token <name>`.",
    }),
    role: Type.Union(
      ROLES.map((role) => Type.Literal(role)),
      { description: "What its holder may: `viewer`, `operator` or `admin`." },
    ),
    token: Type.String({
      minLength: 16,
      maxLength: 1024,
      description:
        "The secret itself, long and random, better from the environment or a file (`env:`, `file:`) than written here: `openssl rand -hex 24` makes one.",
    }),
  },
  strict,
);

const Access = Type.Object(
  {
    users: Type.Optional(
      Type.String({
        format: "path",
        minLength: 1,
        description:
          "The file that `pvmon user add` makes and changes: users, their roles and the hashes of their passwords. It may come later.",
      }),
    ),
    anonymous: Type.Union([Type.Literal("viewer"), Type.Literal("none")], {
      default: "viewer",
      description: "What everybody may who can reach pvmon: read, or nothing without a log-in.",
    }),
    loopback: Type.Optional(
      Type.Union(
        ([...ROLES, "none"] as const).map((role) => Type.Literal(role)),
        {
          description:
            "What requests from this machine itself may, if they come through no proxy. Unless given: everything (`admin`) while there is no user, token or trusted proxy; then no more than everybody (`none`).",
        },
      ),
    ),
    tokens: Type.Array(Token, {
      default: [],
      maxItems: 100,
      description: "For programs: `Authorization: Bearer <token>`.",
    }),
  },
  {
    ...strict,
    default: {},
    description:
      "Who may do what: viewers read, operators change things and ask the network, admins also see the configuration.",
  },
);

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

export const SiteSchema = Type.Object(
  {
    name: Type.String({
      default: "pvmon",
      minLength: 1,
      maxLength: 100,
      description: "The site's name, as people know it.",
    }),
    log: Type.Object(
      {
        level: Type.Union(
          LOG_LEVELS.map((level) => Type.Literal(level)),
          { default: "info", description: "The least important lines that are still written." },
        ),
        format: Type.Union([Type.Literal("auto"), Type.Literal("pretty"), Type.Literal("json")], {
          default: "auto",
          description: "pretty for people, json for machines, auto: pretty on a terminal.",
        }),
      },
      { ...strict, default: {}, description: "Log lines go to standard error." },
    ),
    access: Access,
    inventory: Inventory,
    spool: Spool,
    detectors: entries("Plugins that watch."),
    probes: entries("Plugins that ask."),
    stores: entries("Plugins that remember."),
    outputs: entries("Plugins that show or pass on."),
  },
  strict,
);

export type SiteConfig = Static<typeof SiteSchema>;
export type PluginEntryConfig = Static<typeof PluginEntry>;

/** The sections of plugins in the order they start, and what each takes. */
export const SECTIONS = [
  { section: "stores", kind: "store" },
  { section: "outputs", kind: "output" },
  { section: "probes", kind: "probe" },
  { section: "detectors", kind: "detector" },
] as const satisfies readonly { section: keyof SiteConfig; kind: PluginKind }[];
