/** The capture filter (pcap-filter(7)), so that the kernel hands over what is of use and nothing else. */
import { Command } from "epics-ca";
import type { SnifferConfig } from "../config.js";

/** Where the TCP payload begins, from the header's data offset. */
const PAYLOAD = "((tcp[12] & 0xf0) >> 2)";
const HAS_PAYLOAD = `ip[2:2] > ((ip[0] & 0x0f) << 2) + ${PAYLOAD}`;
const OPENS_OR_ENDS = "tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0";
/** Only these begin a segment while a circuit or a channel is being set up; data flows in others. */
const SETUP_COMMANDS = [
  Command.SEARCH,
  Command.CREATE_CHAN,
  Command.CLIENT_NAME,
  Command.HOST_NAME,
  Command.ACCESS_RIGHTS,
  Command.CREATE_CH_FAIL,
];
/** A later fragment has no ports: all of UDP and TCP are taken, and put together before the ports are looked at. */
const LATER_FRAGMENTS = "(ip[6:2] & 0x1fff != 0 and (ip proto 17 or ip proto 6))";

function ports(numbers: readonly number[]): string {
  return `(${numbers.map((number) => `port ${number}`).join(" or ")})`;
}

/** A term that reads beyond a short packet rejects the whole filter: those of the payload have to be last. */
function otherTcp(which: SnifferConfig["capture"]["otherTcp"]): string[] {
  switch (which) {
    case "none":
      return [];
    case "all":
      return ["tcp"];
    case "setup": {
      const setup = SETUP_COMMANDS.map((command) => `tcp[${PAYLOAD}:2] = ${command}`);
      // A VERSION message has no payload: command and size are one zero word.
      const version = `tcp[${PAYLOAD}:4] = ${Command.VERSION}`;
      return [
        `(tcp and ${OPENS_OR_ENDS})`,
        `(tcp and ${HAS_PAYLOAD} and (${[version, ...setup].join(" or ")}))`,
      ];
    }
  }
}

/** The interface on which Linux shows each packet twice, as it goes out and as it comes in. */
const LOOPBACK = "lo";

/**
 * The filter expression for tcpdump's last argument. On loopback it takes only what comes in: libpcap drops the other copy
 * itself, but after it had a place in the ring, and would have been counted when there was none.
 */
export function captureFilter(config: SnifferConfig, networkInterface: string): string {
  const filter = everywhere(config);
  return networkInterface === LOOPBACK ? `inbound and (${filter})` : filter;
}

function everywhere({ searchPorts, beaconPorts, capture }: SnifferConfig): string {
  const untagged = [
    `(udp and ${ports([...searchPorts, ...beaconPorts])})`,
    LATER_FRAGMENTS,
    `(tcp and ${ports(searchPorts)})`,
    ...otherTcp(capture.otherTcp),
  ].join(" or ");
  // `vlan` moves every offset after it, so it comes last as well.
  return capture.vlan ? `(${untagged}) or (vlan and (${untagged}))` : untagged;
}
