/** One reading of a host: a circuit to its server, a channel for each value, and all of it closed again. */
import { type DbrValue, fieldTypeOf } from "epics-ca";
import { type CaClient, CaError, type Channel, type Circuit } from "epics-ca/client";
import { type Clock, type Endpoint, formatIpv4 } from "pvmon";
import { SIGNATURE } from "./suffixes.js";

const MAX_TEXT_CHARACTERS = 200;
/** Elements read of a text kept as an array of bytes. */
const MAX_ELEMENTS = MAX_TEXT_CHARACTERS;

export type Values = Readonly<Record<string, string | number>>;

export interface Question {
  readonly source: string;
  readonly server: Endpoint;
  readonly suffixes: readonly string[];
  /** From the first packet to the last answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly clock: Pick<Clock, "elapsed">;
}

/** Values by suffix; those that the host does not have, or not in time, are missing. Without the signature nothing counts. */
export type Reading = { readonly values: Values } | { readonly failure: string };

type Step = { readonly timeoutMs: number; readonly signal: AbortSignal };

/**
 * Rejects only when the signal aborts.
 * @param gone called once, when the circuit is closed: soon after the answer
 */
export async function readHost(
  client: CaClient,
  question: Question,
  gone: () => void,
): Promise<Reading> {
  const { source, server, suffixes, timeoutMs, signal, clock } = question;
  const endAt = clock.elapsed() + timeoutMs;
  const step = (): Step => ({ timeoutMs: Math.max(endAt - clock.elapsed(), 0), signal });
  let circuit: Circuit | undefined;
  try {
    circuit = await client.connect({ address: formatIpv4(server.ip), port: server.port }, step());
    const open = circuit;
    const values: Record<string, string | number> = {};
    let failure = `${source}:${SIGNATURE} has no value`;
    const readOne = async (suffix: string): Promise<void> => {
      try {
        const channel = await open.channel(`${source}:${suffix}`, step());
        const value = plainValue(channel, await readChannel(channel, step()));
        if (value !== undefined) values[suffix] = value;
      } catch (error) {
        if (suffix === SIGNATURE) failure = textOf(error);
      }
    };
    await Promise.all(suffixes.map(readOne));
    signal.throwIfAborted();
    return values[SIGNATURE] === undefined ? { failure } : { values };
  } catch (error) {
    signal.throwIfAborted();
    return { failure: textOf(error) };
  } finally {
    // A server that is stuck does not close its end at once, and nobody shall wait for it.
    void Promise.resolve(circuit?.close()).finally(gone);
  }
}

async function readChannel(channel: Channel, step: Step): Promise<DbrValue> {
  // The names of states come with the control limits only.
  const family = channel.info().nativeType === "DBF_ENUM" ? "CTRL" : "PLAIN";
  const count = channel.elementCount > MAX_ELEMENTS ? { count: MAX_ELEMENTS } : {};
  return await channel.get({ family, ...count, ...step });
}

/** One number or text: the first element of an array, except that an array of bytes is a text; no NaN and no infinity. */
export function plainValue(
  { elementCount }: Pick<Channel, "elementCount">,
  { type, elements, states }: DbrValue,
): string | number | undefined {
  const list = Array.from<string | number>(elements);
  if (elementCount > 1 && fieldTypeOf(type) === "CHAR") {
    const characters = list.map((byte) => String.fromCharCode(Number(byte) & 0xff)).join("");
    return plainText(characters.replace(/\0.*/s, ""));
  }
  const [first] = list;
  if (typeof first === "string") return plainText(first);
  if (first === undefined || !Number.isFinite(first)) return undefined;
  return states?.[first] || first;
}

function plainText(text: string): string {
  return text.trim().slice(0, MAX_TEXT_CHARACTERS);
}

function textOf(error: unknown): string {
  return error instanceof CaError ? error.message : String(error);
}
