/** What a site may say about the sniffer: every option, its default and its meaning. */
import { type Static, type TSchema, Type } from "@sinclair/typebox";

const OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const CIDR_PATTERN = `^${OCTET}(\\.${OCTET}){3}(/(3[0-2]|[12]?\\d))?$`;

const port = Type.Integer({ minimum: 1, maximum: 65535 });

function networks(description: string) {
  return Type.Array(
    Type.String({ pattern: CIDR_PATTERN, description: "`10.7.0.0/16`, or one address." }),
    { default: [], description },
  );
}

/** An object that may be left out: its own defaults then fill it. */
function section<P extends Record<string, TSchema>>(description: string, properties: P) {
  return Type.Object(properties, { additionalProperties: false, default: {}, description });
}

export const configSchema = Type.Object(
  {
    source: Type.Union([Type.Literal("sockets"), Type.Literal("capture"), Type.Literal("file")], {
      default: "sockets",
      description:
        "Where packets come from. `sockets` needs no privilege and sees broadcasts (searches, beacons); `capture` runs tcpdump and sees replies and TCP as well; `file` reads a capture file.",
    }),
    interfaces: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      default: [],
      description:
        "Network interfaces by name, for `sockets` and `capture`. Empty: every interface with an IPv4 address (`capture`: tcpdump's `any`).",
    }),
    searchPorts: Type.Array(port, {
      default: [5064],
      minItems: 1,
      maxItems: 64,
      uniqueItems: true,
      description:
        "UDP ports on which servers are searched, and TCP ports that `capture` watches in full (EPICS_CA_SERVER_PORT of every client and server here).",
    }),
    beaconPorts: Type.Array(port, {
      default: [5065],
      maxItems: 64,
      uniqueItems: true,
      description: "UDP ports to which servers send beacons (EPICS_CA_REPEATER_PORT).",
    }),
    ignore: networks(
      "Addresses whose packets, sent or received, are counted and otherwise left out.",
    ),
    sourceClasses: section(
      "Who is searching, by address. The longest prefix wins; whoever is in no list is a client. Only clients count as demand for a PV.",
      {
        archiver: networks("Archivers and other programs that ask for everything."),
        gateway: networks("CA gateways and name servers."),
        own: networks(
          "pvmon's own hosts, for captures taken elsewhere: live, pvmon knows its own sockets.",
        ),
        client: networks("Clients inside a network of another class."),
      },
    ),
    silenceSeconds: Type.Integer({
      minimum: 0,
      maximum: 86_400,
      default: 60,
      description:
        "A source that has heard packets and then none for this long counts as blind, so that nothing is declared lost meanwhile. 0: never. Loopback never counts.",
    }),
    sockets: section("For `source: sockets`.", {
      beacons: Type.Union([Type.Literal("port"), Type.Literal("repeater")], {
        default: "port",
        description:
          "`port`: listen on the beacon ports, as a client of a CA repeater where one keeps them to itself; `repeater`: always as a client of the repeater, for hosts whose CA clients start one after pvmon.",
      }),
      receiveBufferBytes: Type.Integer({
        minimum: 65_536,
        maximum: 1_073_741_824,
        default: 4_194_304,
        description:
          "Receive buffer of each socket. The kernel caps it at `net.core.rmem_max`; the log says so when it did. 4 MiB hold 42 ms of a full 1 Gbit/s wire, Linux's default 1 ms.",
      }),
    }),
    capture: section("For `source: capture`.", {
      command: Type.Array(Type.String({ minLength: 1 }), {
        default: ["tcpdump"],
        minItems: 1,
        maxItems: 16,
        description:
          "How tcpdump is started, as in `[sudo, -n, /usr/bin/tcpdump]`. Better: give a copy of tcpdump the capability CAP_NET_RAW.",
      }),
      promiscuous: Type.Boolean({
        default: false,
        description:
          "Takes frames that are for other hosts; switch it on for a mirror (SPAN) port or a tap.",
      }),
      vlan: Type.Boolean({
        default: false,
        description: "Also takes frames with a VLAN tag (a trunk port); needs `interfaces`.",
      }),
      bufferKib: Type.Integer({
        minimum: 256,
        maximum: 1_048_576,
        default: 65_536,
        description: "The kernel's ring for this capture, KiB.",
      }),
      frameBytes: Type.Integer({
        minimum: 1600,
        maximum: 262_144,
        default: 9216,
        description:
          "Bytes kept of a frame; jumbo frames are whole. Each frame takes this much of the ring, so a smaller number makes it last longer: 1600 where the MTU is 1500.",
      }),
      otherTcp: Type.Union([Type.Literal("setup"), Type.Literal("all"), Type.Literal("none")], {
        default: "setup",
        description:
          "TCP on other ports than `searchPorts` (the second IOC of a host has such a port): `setup` takes segments that begin with a message of channel set-up, `all` every segment, which costs a full wire's worth of CPU, `none` nothing.",
      }),
    }),
    file: section("For `source: file`.", {
      path: Type.Optional(
        Type.String({
          minLength: 1,
          format: "path",
          description: "A pcap or pcapng file, gzip or not. `pvmon replay` names its own.",
        }),
      ),
      speed: Type.Union([Type.Literal("max"), Type.Literal("recorded")], {
        default: "max",
        description:
          "`max`: as fast as it can be folded, on the capture's own times; `recorded`: at the pace of the capture, as if it happened now.",
      }),
    }),
  },
  { additionalProperties: false },
);

export type SnifferConfig = Static<typeof configSchema>;
