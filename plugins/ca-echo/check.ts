/** One check on the network: a circuit to a server, an ECHO on it, and what that proves. */
import { type CaClient, CaError, type Circuit } from "epics-ca/client";
import { type CircuitOutcome, type Endpoint, formatIpv4 } from "pvmon";

export interface Finding {
  /** Nothing when it proves nothing: the circuit broke, or something else listens at the port. */
  readonly outcome?: CircuitOutcome;
  /** For people, unless it echoed. */
  readonly reason?: string;
}

/**
 * Rejects only when the signal aborts.
 * @param gone called once, when the circuit is closed: soon after the outcome, never before it.
 */
export async function check(
  client: CaClient,
  { ip, port }: Endpoint,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  gone: () => void,
): Promise<Finding> {
  const { signal } = options;
  let circuit: Circuit | undefined;
  try {
    circuit = await client.connect({ address: formatIpv4(ip), port }, options);
    await circuit.echo(options);
    return { outcome: "echoed" };
  } catch (error) {
    signal.throwIfAborted();
    const outcome = outcomeOf(error, circuit !== undefined);
    return { ...(outcome && { outcome }), reason: messageOf(error) };
  } finally {
    // A server that is stuck does not close its end at once, and nobody shall wait for it.
    void Promise.resolve(circuit?.close()).finally(gone);
  }
}

function outcomeOf(error: unknown, hasCircuit: boolean): CircuitOutcome | undefined {
  if (!(error instanceof CaError)) return undefined;
  if (error.code === "timeout") return hasCircuit ? "unresponsive" : "unreachable";
  if (error.code === "unresponsive") return "unresponsive";
  if (error.code !== "refused") return undefined;
  return codeOf(error.cause) === "ECONNREFUSED" ? "refused" : "unreachable";
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
