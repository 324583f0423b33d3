/** Reverse look-ups (PTR records, RFC 1035 section 3.5), each of which ends in a name, in none, or in a failure. */
import { Resolver } from "node:dns/promises";
import type { Config } from "./config.js";

/** `none`: the name servers say that there is no name · `failed`: nothing (`silent`), or nothing that helps. */
export type Finding =
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly reason: string; readonly silent: boolean };

export interface Lookup {
  /** Never rejects, and always ends. */
  find(address: string): Promise<Finding>;
  /** Ends all that are under way; they count as failed. */
  close(): void;
}

const NO_NAME = new Set(["ENOTFOUND", "ENODATA"]);
/** Not even an error came back. */
const SILENCE = new Set(["ETIMEOUT", "ECONNREFUSED"]);
/** What a name server says is as hostile as anything from the network (RFC 1035, size limits). */
const NAME = /^\w[\w.-]{0,252}$/;

export class NameServers implements Lookup {
  readonly #resolver: Resolver;
  readonly #keepsDomain: boolean;

  constructor({ servers, domain, timeoutSeconds, tries }: Config) {
    this.#resolver = new Resolver({ timeout: timeoutSeconds * 1000, tries });
    if (servers.length > 0) this.#resolver.setServers(servers);
    this.#keepsDomain = domain;
  }

  async find(address: string): Promise<Finding> {
    let names: readonly string[];
    try {
      // `reverse` takes silence for an answer.
      names = await this.#resolver.resolvePtr(pointerName(address));
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      if (NO_NAME.has(code)) return { kind: "none" };
      return { kind: "failed", reason: code, silent: SILENCE.has(code) };
    }
    // Name servers turn the order of several from answer to answer.
    const [name] = names.filter((each) => NAME.test(each)).toSorted();
    if (name === undefined) return { kind: "none" };
    return { kind: "named", name: this.#keepsDomain ? name : name.split(".", 1)[0]! };
  }

  close(): void {
    this.#resolver.cancel();
  }
}

/** `1.0.7.10.in-addr.arpa` for 10.7.0.1. */
function pointerName(address: string): string {
  return `${address.split(".").toReversed().join(".")}.in-addr.arpa`;
}
