/** The one small interface behind which packets come from sockets, from tcpdump or from a file. */
import type { Clock, Host, Ipv4 } from "pvmon";
import type { DecoderOptions } from "../ca/decoder.js";
import type { PacketSink } from "../network/packet.js";
import type { Sensor } from "../sensor.js";

export interface PacketSource {
  /** Rejects, with everything closed, when nothing at all can be watched. */
  start(): Promise<void>;
  /** Safe before `start` and twice. */
  stop(): Promise<void>;
  /** Called once a second before the sensors report: counts what the kernel dropped. */
  poll?(): void;
}

/** What every source is made with. */
export interface SourceContext {
  readonly host: Host;
  readonly clock: Clock;
  /** A sensor of this plugin; `name` is that of the interface or file. Silence matters unless told. */
  sensor(name: string, options?: { readonly silenceMatters?: boolean }): Sensor;
  /** Turns the packets that `sensor` heard into observations. */
  decoder(sensor: Sensor, options: DecoderOptions): PacketSink;
}

/** One IPv4 network of an interface. */
export interface LocalNetwork {
  readonly interface: string;
  readonly broadcast: Ipv4;
  readonly loopback: boolean;
}
