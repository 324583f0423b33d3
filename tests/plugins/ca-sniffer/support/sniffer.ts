/** A sniffer without a network, and what it observed in a form that can be kept and compared. */
import { formatEndpoint, formatIpv4, type NetworkService, type Observation } from "pvmon";
import { SystemNetwork } from "pvmon/network";
import { createInstance, FakeClock, type RecordingHost } from "pvmon/testkit";
import sniffer from "../../../../plugins/ca-sniffer/index.js";

/** Searches with their names as text, since their bytes are valid during `emit` only; addresses as text. */
export function describeObservation(o: Observation): object {
  switch (o.type) {
    case "searchSeen": {
      const { client, port, source, transport, minorVersion, sequence, at } = o;
      const names = Array.from({ length: o.count }, (_, i) =>
        Buffer.from(o.bytes.subarray(o.starts[i], o.ends[i])).toString("latin1"),
      );
      const from = formatEndpoint({ ip: client, port });
      return { type: "search", at, from, source, transport, minorVersion, sequence, names };
    }
    case "answer":
    case "channel": {
      const { server, client, ...rest } = o;
      return {
        ...rest,
        server: formatEndpoint(server),
        ...(client !== undefined && { client: formatEndpoint(client) }),
        ...("replier" in o && { replier: formatIpv4(o.replier) }),
      };
    }
    case "beacon":
      return { ...o, source: formatIpv4(o.source), address: formatIpv4(o.address) };
    default:
      return o;
  }
}

export interface SnifferUnderTest {
  readonly instance: ReturnType<typeof sniffer.create>;
  readonly host: RecordingHost;
  readonly clock: FakeClock;
  /** All observations in order, as {@link describeObservation} gives them. */
  readonly observed: object[];
  ofType(type: string): object[];
}

export function createSniffer(
  config: object = {},
  {
    clock = new FakeClock(),
    network = new SystemNetwork(),
  }: { readonly clock?: FakeClock; readonly network?: NetworkService } = {},
): SnifferUnderTest {
  const { instance, host } = createInstance(sniffer, config, { clock, network });
  const observed: object[] = [];
  host.onObservation = (observation) => {
    observed.push(describeObservation(observation));
  };
  return {
    instance,
    host,
    clock,
    observed,
    ofType: (type) => observed.filter((one) => "type" in one && one.type === type),
  };
}
