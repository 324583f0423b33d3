/**
 * Servers that do not hear unicast: of several on one host, only one gets it (CA specification, UDP port sharing). Asking
 * them alone is a waste, which is found out once.
 */
import { type Endpoint, endpointKey, formatEndpoint, type ProbeOutcome } from "pvmon";

const MAX_SERVERS = 20_000;

export class DeafServers {
  readonly #keys = new Set<number>();

  has({ ip, port }: Endpoint): boolean {
    return this.#keys.has(endpointKey(ip, port));
  }

  /** Notes a server that answered only after everybody was asked. @param alone tries at its host before that */
  learn(server: Endpoint, { answers, tries }: ProbeOutcome, alone: number): void {
    if (tries <= alone || this.#keys.size >= MAX_SERVERS) return;
    const text = formatEndpoint(server);
    if (answers.some((answer) => answer.server === text)) {
      this.#keys.add(endpointKey(server.ip, server.port));
    }
  }
}
