/** What a site may say about heartbeats: where they are heard, whose count, and what may be asked of their senders. */
import { type Static, type TSchema, Type } from "@sinclair/typebox";

const OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ADDRESS = `${OCTET}(\\.${OCTET}){3}`;

function networks(description: string) {
  return Type.Array(
    Type.String({
      pattern: `^${ADDRESS}(/(3[0-2]|[12]?\\d))?$`,
      description: "`10.7.0.0/16`, or one address.",
    }),
    { default: [], maxItems: 1000, description },
  );
}

/** An object that may be left out: its own defaults then fill it. */
function section<P extends Record<string, TSchema>>(description: string, properties: P) {
  return Type.Object(properties, { additionalProperties: false, default: {}, description });
}

export const configSchema = Type.Object(
  {
    ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
      default: [5066],
      minItems: 1,
      maxItems: 16,
      uniqueItems: true,
      description: "UDP ports to which applications send heartbeats.",
    }),
    addresses: Type.Array(
      Type.String({ pattern: `^${ADDRESS}$`, description: "`0.0.0.0`, or `10.7.0.255`." }),
      {
        default: ["0.0.0.0"],
        minItems: 1,
        maxItems: 16,
        uniqueItems: true,
        description:
          "Local addresses that are listened on. `0.0.0.0` hears every interface and every form of broadcast. A broadcast address hears only what is sent to it: name `255.255.255.255` too (versions 1.1 and 2.0 send there).",
      },
    ),
    allow: networks("Networks whose heartbeats count. Empty: all."),
    ignore: networks("Networks whose heartbeats are counted as ignored and otherwise left out."),
    silenceSeconds: Type.Integer({
      minimum: 0,
      maximum: 86_400,
      default: 0,
      description:
        "No heartbeat at all for this long, after some, counts as blindness, so that nothing is declared lost meanwhile. 0: never, which is right where ca-sniffer watches the same networks.",
    }),
    receiveBufferBytes: Type.Integer({
      minimum: 65_536,
      maximum: 1_073_741_824,
      default: 1_048_576,
      description:
        "Receive buffer of each socket. The kernel caps it at `net.core.rmem_max`; the log says so when it did.",
    }),
    requests: section("What is asked of the senders of heartbeats.", {
      enabled: Type.Boolean({
        default: false,
        description: "Off: the plugin sends nothing at all, and knows no PV lists and processes.",
      }),
      datagramsPerSecond: Type.Number({
        exclusiveMinimum: 0,
        maximum: 1000,
        default: 50,
        description:
          "Budget for all requests together, each of 16 bytes. Nothing can exceed it: what does not fit waits.",
      }),
      datagramsPerSecondPerIoc: Type.Number({
        exclusiveMinimum: 0,
        maximum: 100,
        default: 10,
        description: "Budget for one application, of which never more than one request is open.",
      }),
      atOnce: Type.Integer({
        minimum: 1,
        maximum: 64,
        default: 8,
        description: "Applications that are read from at the same time.",
      }),
      timeoutMs: Type.Integer({
        minimum: 50,
        maximum: 30_000,
        default: 1000,
        description: "Wait for the reply to the first try of a request; doubles from try to try.",
      }),
      tries: Type.Integer({
        minimum: 1,
        maximum: 10,
        default: 6,
        description:
          "Datagrams in which the same thing is asked for before reading ends. Together they should wait for longer than a heartbeat's period, since the counter of a request comes from the latest one.",
      }),
    }),
    pvLists: section("Reading the PVs that an application has (LIST_PVS).", {
      enabled: Type.Boolean({
        default: true,
        description: "Needs `requests.enabled`. A list is read ten names a request.",
      }),
      everyHours: Type.Number({
        minimum: 0.01,
        maximum: 8760,
        default: 24,
        description:
          "Age at which a list is read again. That of an application that is new or has restarted is read at once.",
      }),
      minSeconds: Type.Number({
        minimum: 1,
        maximum: 86_400,
        default: 60,
        description:
          "Shortest time between two lists of an application, however often it restarts.",
      }),
      version3: Type.Boolean({
        default: false,
        description: "Ask applications of version 3.0 too; those known today always list no PVs.",
      }),
      maxNames: Type.Integer({
        minimum: 10,
        maximum: 10_000_000,
        default: 200_000,
        description: "Names read of one application; a longer list stays incomplete.",
      }),
    }),
    processMaps: section(
      "Reading which process of a host has which port (NETSTAT, version 2 heartbeats).",
      {
        enabled: Type.Boolean({
          default: true,
          description: "Needs `requests.enabled`. A map is read one line a request.",
        }),
        minSeconds: Type.Number({
          minimum: 1,
          maximum: 86_400,
          default: 60,
          description:
            "Shortest time between two maps of a host, which is read while it has live servers of no known application. A map that does not help doubles it.",
        }),
        everyHours: Type.Number({
          minimum: 0.01,
          maximum: 8760,
          default: 6,
          description: "Age at which a map is read again when nothing asks for it.",
        }),
        maxLines: Type.Integer({
          minimum: 100,
          maximum: 1_000_000,
          default: 50_000,
          description: "Lines read of one host; a longer map stays incomplete.",
        }),
      },
    ),
  },
  { additionalProperties: false },
);

export type HeartbeatConfig = Static<typeof configSchema>;
