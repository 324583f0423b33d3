/** One question on the network: a circuit to the server, the channel, its value if wanted, and what came of it. */
import { type CaClient, CaError, type Channel, type Circuit } from "epics-ca/client";
import { type ChannelInfo, type ChannelSeen, type Clock, type Endpoint, formatIpv4 } from "pvmon";
import { shownValue } from "./value.js";

export interface Question {
  readonly name: string;
  readonly server: Endpoint;
  readonly wantsValue: boolean;
  /** Elements of an array's value that are read. */
  readonly maxElements: number;
  /** From the first packet to the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly clock: Pick<Clock, "elapsed">;
}

export interface Finding {
  readonly answer: Omit<ChannelInfo, "name" | "server" | "host" | "timeMs">;
  /** What it proves; nothing when the server, or this machine, was just slow. */
  readonly outcome?: ChannelSeen["outcome"];
}

type Step = { readonly timeoutMs: number; readonly signal: AbortSignal };

/**
 * Rejects only when the signal aborts.
 * @param gone called once, when the circuit is closed: soon after the answer, never before it.
 */
export async function ask(
  client: CaClient,
  question: Question,
  gone: () => void,
): Promise<Finding> {
  const { name, server, wantsValue, signal, clock } = question;
  const endAt = clock.elapsed() + question.timeoutMs;
  const step = (): Step => ({ timeoutMs: Math.max(endAt - clock.elapsed(), 0), signal });
  let circuit: Circuit | undefined;
  try {
    circuit = await client.connect({ address: formatIpv4(server.ip), port: server.port }, step());
    const channel = await circuit.channel(name, step());
    const { access, nativeType, elementCount } = channel.info();
    const value = wantsValue ? await read(channel, question.maxElements, step()) : {};
    const answer = { state: "connected", access, nativeType, elementCount, ...value } as const;
    return { answer, outcome: "created" };
  } catch (error) {
    signal.throwIfAborted();
    return failure(error, circuit !== undefined);
  } finally {
    // A server that is stuck does not close its end at once, and nobody shall wait for it.
    void Promise.resolve(circuit?.close()).finally(gone);
  }
}

async function read(
  channel: Channel,
  maxElements: number,
  step: Step,
): Promise<Pick<ChannelInfo, "value" | "reason">> {
  const { nativeType } = channel.info();
  // The names of states come with the control limits only; every server knows the plain types.
  const family = nativeType === "DBF_ENUM" ? "CTRL" : "PLAIN";
  const count = channel.elementCount > maxElements ? { count: maxElements } : {};
  try {
    return { value: shownValue(channel, await channel.get({ family, ...count, ...step })) };
  } catch (error) {
    step.signal.throwIfAborted();
    return { reason: `no value: ${textOf(error)}` };
  }
}

function failure(error: unknown, hasCircuit: boolean): Finding {
  const reason = textOf(error);
  switch (error instanceof CaError ? error.code : undefined) {
    case "notFound":
      return { answer: { state: "refused", reason }, outcome: "refused" };
    case "server":
      // It is there and could not make the channel, which says nothing of the name.
      return { answer: { state: "refused", reason } };
    case "refused":
      return { answer: { state: "unreachable", reason }, outcome: "unreachable" };
    case "timeout":
    case "unresponsive":
      return { answer: { state: hasCircuit ? "timeout" : "unreachable", reason } };
    default:
      return { answer: { state: "unreachable", reason } };
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
