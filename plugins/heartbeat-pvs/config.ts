/** The options of `heartbeat-pvs`: whose heartbeats go to which records of which IOC. */
import { type Static, Type } from "@sinclair/typebox";

const MAX_ENTRIES = 5000;

function glob(what: string) {
  return Type.String({
    description: `${what}, with \`*\` and \`?\`.`,
    default: "*",
    maxLength: 500,
  });
}

function suffix(what: string, value: string) {
  return Type.String({ description: `${what} Empty: not written.`, default: value, maxLength: 60 });
}

export const configSchema = Type.Object(
  {
    server: Type.String({
      pattern: "^\\d{1,3}(\\.\\d{1,3}){3}:\\d{1,5}$",
      description: "The IOC that holds the records: `10.7.0.40:5064`. It is never searched for.",
    }),
    entries: Type.Array(
      Type.Object(
        {
          record: Type.String({
            description: "What the names of its records begin with: `iocmon:hb:0001`.",
            minLength: 1,
            maxLength: 60,
          }),
          description: Type.String({
            description: "For people; alarm handlers show it.",
            default: "",
            maxLength: 200,
          }),
          app: Type.String({
            description: "Id of the application, when nothing else tells it apart.",
            default: "",
            pattern: "^([0-9a-f]{16})?$",
          }),
          host: glob("Host, by address or name"),
          image: glob("Image of the application, as its heartbeat says it"),
          command: glob("Start-up command, likewise"),
          directory: glob("Working directory, likewise"),
        },
        { additionalProperties: false },
      ),
      {
        description: "Which heartbeat goes where; one that fits several goes to all of them.",
        default: [],
        maxItems: MAX_ENTRIES,
      },
    ),
    mapFile: Type.Optional(
      Type.String({
        format: "path",
        description:
          "Further entries, one a line: `index, description, image, directory, command`. `#` begins a comment.",
      }),
    ),
    mapPrefix: Type.String({
      description:
        "What comes before the four digits of the index in the records of `mapFile`: `iocmon:hb:` and 7 make `iocmon:hb:0007`.",
      default: "iocmon:hb:",
      maxLength: 50,
    }),
    everySeconds: Type.Number({
      description:
        "From one look at the heartbeats to the next; what changes for good is written at once.",
      default: 10,
      minimum: 1,
      maximum: 3600,
    }),
    writesPerSecond: Type.Number({
      description: "Budget: writes to the IOC in one second.",
      default: 50,
      exclusiveMinimum: 0,
      maximum: 1000,
    }),
    timeoutSeconds: Type.Number({
      description: "How long the IOC may take to connect, or for one write.",
      default: 5,
      minimum: 0.1,
      maximum: 60,
    }),
    aliveCount: Type.Integer({
      description: "Written with each heartbeat; the record counts down from it by itself.",
      default: 120,
      minimum: 1,
      maximum: 1_000_000,
    }),
    suffixes: Type.Object(
      {
        count: suffix("The alive counter.", ":count"),
        restarts: suffix("Processed at each restart.", ":restarts.PROC"),
        resumes: suffix("Processed when a lost heartbeat is back.", ":resumes.PROC"),
        status: suffix("1 while it beats, else 0; as a text `alive` or `lost`.", ":status"),
        uptime: suffix("Seconds; as a text `3 days 04:05:06`.", ":uptime"),
        description: suffix("The description.", ":status.DESC"),
      },
      {
        description: "What the names of records and fields end in.",
        default: {},
        additionalProperties: false,
      },
    ),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
export type Suffixes = Config["suffixes"];
