/** What a capture has of the datagrams that one host sent: read by tshark, decoded by `epics-ca`. */
import { decodeDatagram, type Message } from "epics-ca";
import { type Capture, runProgram } from "../peers/index.js";

export interface SentDatagram {
  /** UTC ms, by the kernel. */
  readonly at: number;
  readonly to: string;
  readonly port: number;
  /** Without the headers of IP and UDP. */
  readonly bytes: number;
  readonly messages: readonly Message[];
  /** The names that are searched. */
  readonly names: readonly string[];
}

const FIELDS = ["frame.time_epoch", "ip.dst", "udp.dstport", "udp.payload"];
const READ_TIMEOUT_MS = 30_000;

/** Every UDP datagram of the host until now, in order of time; throws on one that cannot be decoded. */
export async function sentDatagrams(
  capture: Capture,
  from: string,
): Promise<readonly SentDatagram[]> {
  const here = { prefix: [], environment: {} };
  const format = ["-T", "fields", ...FIELDS.flatMap((field) => ["-e", field])];
  // Port unreachable and the like repeat what they are about.
  const filter = `ip.src == ${from} && udp && !icmp`;
  const command = ["tshark", "-n", "-r", capture.file, "-Y", filter, ...format];
  const { lines } = await runProgram(here, command, READ_TIMEOUT_MS);
  return lines.map((line) => {
    const [seconds, to = "", port, payload = ""] = line.split("\t");
    const bytes = Buffer.from(payload, "hex");
    const { messages, damage } = decodeDatagram(bytes);
    if (damage !== undefined) throw new Error(`${damage}: ${payload}`);
    const names = messages.flatMap((message) => (message.type === "search" ? [message.name] : []));
    return {
      at: Number(seconds) * 1000,
      to,
      port: Number(port),
      bytes: bytes.length,
      messages,
      names,
    };
  });
}

/**
 * The most by which any span of time held more than a budget allows: at t seconds `perSecond * (t + 1)`, as a burst of one
 * second is. At most 0 when the budget is kept.
 * @param times ascending, ms
 */
export function excess(times: readonly number[], perSecond: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const [first, begin] of times.entries()) {
    for (let last = first; last < times.length; last++) {
      const seconds = ((times[last] ?? 0) - begin) / 1000;
      most = Math.max(most, last - first + 1 - perSecond * (seconds + 1));
    }
  }
  return most;
}
