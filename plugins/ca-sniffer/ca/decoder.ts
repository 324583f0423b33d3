/** Packets of one source in, observations out: the CA part of the sniffer, the same for sockets, tcpdump and files. */
import { type Beacon, decodeDatagram, type SearchReply, SearchScan } from "epics-ca";
import type { Emitter, Observation, SearchSeen } from "pvmon";
import type { Packet, PacketSink, Segment } from "../network/packet.js";
import { TcpStreams } from "../network/streams.js";
import type { Sensor } from "../sensor.js";
import type { SourceClasses } from "../source-classes.js";
import { type CircuitEvents, openCircuit } from "./circuits.js";
import { PendingSearches } from "./pending-searches.js";
import { serverOf } from "./replies.js";

/** What a source knows about the packets that it delivers. */
export interface DecoderOptions {
  /** Whether replies pass here, so that requests have to be remembered. Broadcast listeners see none. */
  readonly seesReplies: boolean;
  /** TCP ports of which every segment is captured; of all ports when left out. */
  readonly wholeTcpPorts?: ReadonlySet<number>;
  /** Messages come from a repeater, which hides who sent them. */
  readonly viaRepeater?: boolean;
}

export interface DecoderContext {
  readonly emitter: Emitter;
  readonly classes: SourceClasses;
  /** UDP ports of searches and beacons; TCP ports of servers. */
  readonly ports: ReadonlySet<number>;
  /** Replies to requests that nobody saw: normal for the first moments, and for what is asked elsewhere. */
  readonly unmatchedReplies: { add(n?: number): void };
}

export class CaDecoder implements PacketSink {
  readonly #context: DecoderContext;
  readonly #sensor: Sensor;
  readonly #viaRepeater: boolean;
  readonly #scan = new SearchScan();
  readonly #pending: PendingSearches | undefined;
  readonly #streams: TcpStreams;
  /** Whether the segment at hand had a CA message in it. */
  #recognised = false;
  readonly #circuitEvents: CircuitEvents = {
    observe: (observation) => this.#emit(observation),
    search: ({ ip, port }, bytes, minorVersion, at) => {
      this.#scan.scan(bytes, 0, bytes.length);
      this.#searches({ at, source: ip, sourcePort: port, bytes }, "tcp", minorVersion);
    },
    recognised: () => {
      this.#recognised = true;
    },
    damaged: (reason) => this.#sensor.error(reason),
    unmatchedReply: () => this.#context.unmatchedReplies.add(),
  };
  readonly #seen: SearchSeen = {
    type: "searchSeen",
    at: 0,
    client: 0,
    port: 0,
    source: "client",
    transport: "udp",
    minorVersion: 0,
    sequence: -1,
    bytes: new Uint8Array(0),
    count: 0,
    starts: this.#scan.starts,
    ends: this.#scan.ends,
  };

  constructor(sensor: Sensor, options: DecoderOptions, context: DecoderContext) {
    this.#sensor = sensor;
    this.#context = context;
    this.#viaRepeater = options.viaRepeater ?? false;
    this.#pending = options.seesReplies ? new PendingSearches() : undefined;
    const { wholeTcpPorts } = options;
    this.#streams = new TcpStreams({
      open: (a, b) => openCircuit(a, b, this.#circuitEvents),
      countError: (reason) => sensor.error(reason),
      isPartial: ({ sourcePort, destinationPort }) =>
        wholeTcpPorts !== undefined &&
        !wholeTcpPorts.has(sourcePort) &&
        !wholeTcpPorts.has(destinationPort),
    });
  }

  datagram(packet: Packet): void {
    if (!this.#isOurs(packet)) return;
    const { bytes, start, end } = packet;
    this.#sensor.heard(packet.at, end - start);
    if (this.#isIgnored(packet)) {
      this.#sensor.ignored();
      return;
    }
    const scan = this.#scan;
    const names = scan.scan(bytes, start, end - start);
    if (scan.damage !== undefined) this.#sensor.error(scan.damage);
    // A repeater forwards misdirected searches too, but not who sent them.
    if (names > 0 && !this.#viaRepeater) {
      this.#pending?.add(packet, scan);
      this.#searches(packet, "udp", scan.minorVersion);
    }
    if (scan.others === 0) return;
    const { messages, damage } = decodeDatagram(bytes.subarray(start, end));
    if (scan.damage === undefined && damage !== undefined) this.#sensor.error(damage);
    for (const message of messages) {
      if (message.type === "searchReply") this.#answer(message, packet);
      else if (message.type === "beacon") this.#beacon(message, packet);
    }
  }

  segment(segment: Segment): void {
    const ours = this.#isOurs(segment);
    if (this.#isIgnored(segment)) {
      if (ours) this.#heardSegment(segment);
      if (ours) this.#sensor.ignored();
      return;
    }
    this.#recognised = false;
    this.#streams.segment(segment);
    if (ours || this.#recognised) this.#heardSegment(segment);
  }

  /** Time passes; call it about once a second of the packets' own time. */
  tick(at: number): void {
    this.#streams.tick(at);
  }

  #isOurs({ sourcePort, destinationPort }: Packet): boolean {
    return this.#context.ports.has(destinationPort) || this.#context.ports.has(sourcePort);
  }

  #isIgnored({ source, destination }: Packet): boolean {
    const { classes } = this.#context;
    return classes.of(source) === "ignored" || classes.of(destination) === "ignored";
  }

  #heardSegment({ at, start, end }: Segment): void {
    this.#sensor.heard(at, end - start);
  }

  /** Emits what `#scan` found in the packet's bytes. */
  #searches(
    { at, source, sourcePort, bytes }: Pick<Packet, "at" | "source" | "sourcePort" | "bytes">,
    transport: "udp" | "tcp",
    minorVersion: number,
  ): void {
    const addressClass = this.#context.classes.of(source);
    if (addressClass === "ignored") return;
    const scan = this.#scan;
    const seen = this.#seen;
    seen.at = at;
    seen.client = source;
    seen.port = sourcePort;
    seen.source = addressClass;
    seen.transport = transport;
    seen.minorVersion = minorVersion;
    seen.sequence = transport === "udp" ? scan.sequence : -1;
    seen.bytes = bytes;
    seen.count = scan.count;
    seen.starts = scan.starts;
    seen.ends = scan.ends;
    this.#context.emitter.emit(seen);
  }

  #answer(reply: SearchReply, packet: Packet): void {
    const { at, source, destination, destinationPort } = packet;
    const client = { ip: destination, port: destinationPort };
    const asked = this.#pending?.find(client, reply.cid, at);
    const server = serverOf(reply, source);
    if (asked === undefined || server === undefined) {
      this.#context.unmatchedReplies.add();
      return;
    }
    this.#emit({
      type: "answer",
      at,
      name: asked.name,
      server,
      replier: source,
      minorVersion: reply.minorVersion ?? -1,
      asker: "seen",
      client,
      afterMs: asked.afterMs,
    });
  }

  #beacon(beacon: Beacon, packet: Packet): void {
    const { address, port, sequence, minorVersion } = beacon;
    if (this.#viaRepeater && address === 0) {
      this.#sensor.error("beacon without address");
      return;
    }
    const source = this.#viaRepeater ? address : packet.source;
    this.#emit({ type: "beacon", at: packet.at, source, address, port, sequence, minorVersion });
  }

  #emit(observation: Observation): void {
    this.#context.emitter.emit(observation);
  }
}
