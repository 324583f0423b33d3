/** A server of Channel Access on loopback that does what a test wants, right or wrong. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import {
  AccessRights,
  type DbrInput,
  DbrType,
  Eca,
  encodeDatagram,
  encodeDbr,
  FIELD_TYPES,
  fieldTypeOf,
  type Message,
  MINOR_VERSION,
  StreamDecoder,
} from "epics-ca";

/** What it says to a message of a client; the circuit is there for those who do worse than that. */
export type Conduct = (message: Message, circuit: Socket) => readonly Message[];

export class FakeServer {
  /** What clients said. */
  readonly received: Message[] = [];
  /** Most circuits that were open at one time. */
  mostCircuits = 0;
  /** `ip:port` as pvmon names it. */
  readonly server: string;
  readonly #circuits = new Set<Socket>();
  readonly #listener: Server;

  private constructor(listener: Server, conduct: Conduct) {
    this.#listener = listener;
    this.server = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
    listener.on("connection", (circuit) => this.#serve(circuit, conduct));
  }

  static async start(conduct: Conduct): Promise<FakeServer> {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    return new FakeServer(listener, conduct);
  }

  /** Those that the client has not closed. */
  get circuits(): number {
    return this.#circuits.size;
  }

  /** Safe twice. */
  async stop(): Promise<void> {
    if (!this.#listener.listening) return;
    for (const circuit of this.#circuits) circuit.destroy();
    this.#listener.close();
    await once(this.#listener, "close");
  }

  #serve(circuit: Socket, conduct: Conduct): void {
    this.#circuits.add(circuit);
    this.mostCircuits = Math.max(this.mostCircuits, this.#circuits.size);
    for (const end of ["end", "close"]) circuit.on(end, () => this.#circuits.delete(circuit));
    circuit.on("error", () => circuit.destroy());
    const decoder = new StreamDecoder({ from: "client" });
    circuit.on("data", (chunk) => {
      for (const message of decoder.push(chunk).messages) {
        this.received.push(message);
        const replies = conduct(message, circuit);
        if (replies.length > 0) circuit.write(encodeDatagram(replies));
      }
    });
  }
}

export interface FakePv extends Omit<DbrInput, "type"> {
  /** DBR number without any metadata. */
  readonly type: number;
  /** Most elements that it can have. Default as many as it has. */
  readonly capacity?: number;
  readonly rights?: number;
}

/** A good server of these PVs. */
export function goodServer(pvs: Readonly<Record<string, FakePv>>): Conduct {
  const names = Object.keys(pvs);
  return (message) => {
    switch (message.type) {
      case "version":
        return [{ type: "version", priority: 0, minorVersion: MINOR_VERSION }];
      case "createChan":
        return created(message.cid, names.indexOf(message.name), pvs[message.name]);
      case "readNotify":
        return [read(message, pvs[names[message.sid] ?? ""])];
      default:
        return [];
    }
  };
}

function created(cid: number, sid: number, pv: FakePv | undefined): readonly Message[] {
  if (pv === undefined) return [{ type: "createChFail", cid }];
  const { rights = AccessRights.READ | AccessRights.WRITE, type, elements, capacity } = pv;
  const dataCount = capacity ?? elements.length;
  return [
    { type: "accessRights", cid, rights },
    { type: "createChanReply", cid, sid, dataType: type, dataCount },
  ];
}

function read(
  { ioid, dataType, dataCount }: Extract<Message, { type: "readNotify" }>,
  pv: FakePv | undefined,
): Message {
  const { rights = AccessRights.READ, ...value } = pv ?? { type: DbrType.DOUBLE, elements: [] };
  const isReadable = (rights & AccessRights.READ) !== 0;
  const isSameField = fieldTypeOf(dataType) === FIELD_TYPES[value.type];
  const status = !isReadable ? Eca.NORDACCESS : isSameField ? Eca.NORMAL : Eca.BADTYPE;
  const count = dataCount === 0 ? value.elements.length : dataCount;
  const elements = Array.prototype.slice.call(value.elements, 0, count) as number[];
  const payload = encodeDbr({ ...value, type: dataType, elements });
  return { type: "readNotifyReply", status, ioid, dataType, dataCount: elements.length, payload };
}
