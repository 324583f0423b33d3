/** What a packet source is made with, without a sniffer around it. */
import { FakeClock, RecordingHost } from "pvmon/testkit";
import type { SnifferConfig } from "../../../../plugins/ca-sniffer/config.js";
import type { PacketSink } from "../../../../plugins/ca-sniffer/network/packet.js";
import { Sensor } from "../../../../plugins/ca-sniffer/sensor.js";
import type { SourceContext } from "../../../../plugins/ca-sniffer/sources/source.js";

const DEFAULTS: SnifferConfig = {
  source: "sockets",
  interfaces: [],
  searchPorts: [5064],
  beaconPorts: [5065],
  ignore: [],
  sourceClasses: { archiver: [], gateway: [], own: [], client: [] },
  silenceSeconds: 60,
  sockets: { beacons: "port", receiveBufferBytes: 65_536 },
  capture: {
    command: ["tcpdump"],
    promiscuous: false,
    vlan: false,
    bufferKib: 2048,
    frameBytes: 2048,
    otherTcp: "setup",
  },
  file: { speed: "max" },
};

export function createContext(changes: Partial<SnifferConfig>) {
  const host = new RecordingHost("ca-sniffer");
  const clock = new FakeClock();
  const sensors: Sensor[] = [];
  const datagrams: string[] = [];
  const sink: PacketSink = {
    datagram: ({ bytes, start, end }) =>
      datagrams.push(Buffer.from(bytes.subarray(start, end)).toString("hex")),
    segment: () => {},
  };
  const context: SourceContext = {
    host,
    clock,
    sensor: (name, { silenceMatters = true } = {}) => {
      const sensor = new Sensor(`${host.id}/${name}`, { silenceMatters });
      sensors.push(sensor);
      return sensor;
    },
    decoder: () => sink,
  };
  return { config: { ...DEFAULTS, ...changes }, context, host, clock, sensors, datagrams };
}
