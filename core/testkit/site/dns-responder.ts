/** A name server for tests and for the simulated site: real DNS messages (RFC 1035, section 4) over UDP on loopback, its answers as told. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { bindUdp } from "./listening.js";

/** What a name server answers: names; or a response code: 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED; or no word at all. */
export type Reply = readonly string[] | { readonly code: number } | "silence";

const HEADER_BYTES = 12;
/** A demo may run for months. */
const MAX_ASKED = 10_000;
const TYPE_PTR = 12;
const CLASS_IN = 1;

export class DnsResponder {
  /** By address; NXDOMAIN for others. */
  readonly replies = new Map<string, Reply>();
  /** Addresses asked for lately, in order. */
  readonly asked: string[] = [];
  /** Takes the place of {@link replies} while it is set. */
  always: Reply | undefined;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (message, from) => this.#answer(message, from));
    // A test that fails half-way does not keep the process from ending.
    socket.unref();
  }

  /** @param port on 127.0.0.1; 0 for any. Rejects with the system's error. */
  static async start(port = 0): Promise<DnsResponder> {
    const socket = createSocket("udp4");
    await bindUdp(socket, port, "127.0.0.1");
    return new DnsResponder(socket);
  }

  /** `127.0.0.1:port`. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  stop(): void {
    this.#socket.close();
  }

  #answer(message: Buffer, from: RemoteInfo): void {
    if (message.length < HEADER_BYTES) return;
    const { address, end } = readQuestion(message);
    this.asked.push(address);
    if (this.asked.length > MAX_ASKED) this.asked.shift();
    const reply = this.always ?? this.replies.get(address) ?? { code: 3 };
    if (reply === "silence") return;
    const names = "code" in reply ? [] : reply;
    const code = "code" in reply ? reply.code : 0;
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt16BE(message.readUInt16BE(0), 0);
    header.writeUInt16BE(0x8180 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(names.length, 6);
    const question = message.subarray(HEADER_BYTES, end);
    const answers = names.map(pointerRecord);
    this.#socket.send(Buffer.concat([header, question, ...answers]), from.port, from.address);
  }
}

/** The address in a question for `1.0.7.10.in-addr.arpa`, and where the question ends. */
function readQuestion(message: Buffer): { readonly address: string; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  // Beyond the end of a broken one there is nothing, which ends it too.
  for (let length = message[at] ?? 0; length !== 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { address: labels.slice(0, 4).reverse().join("."), end: at + 1 + 4 };
}

function pointerRecord(name: string): Buffer {
  const labels = name.split(".").map((label) => {
    const bytes = Buffer.from(label, "latin1");
    return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  });
  const data = Buffer.concat([...labels, Buffer.from([0])]);
  const record = Buffer.alloc(12);
  // The name is that of the question.
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  record.writeUInt16BE(TYPE_PTR, 2);
  record.writeUInt16BE(CLASS_IN, 4);
  record.writeUInt32BE(3600, 6);
  record.writeUInt16BE(data.length, 10);
  return Buffer.concat([record, data]);
}
