/** Which class an address belongs to, by the site's CIDR lists: looked up once for each address, then remembered. */
import ipaddr from "ipaddr.js";
import { formatIpv4, type Ipv4, type SourceClass } from "pvmon";

/** `ignored` beside the classes that the inventory knows. */
export type AddressClass = SourceClass | "ignored";

export interface AddressLists {
  readonly ignore: readonly string[];
  readonly sourceClasses: Readonly<Record<SourceClass, readonly string[]>>;
}

interface Network {
  readonly address: ipaddr.IPv4;
  readonly prefix: number;
  readonly addressClass: AddressClass;
}

/** Sites have some thousand addresses; forged ones must not fill the memory. */
const MAX_REMEMBERED = 65_536;
/** Of two lists with the same prefix, the one named first here. */
const PRECEDENCE: readonly SourceClass[] = ["own", "archiver", "gateway", "client"];

export class SourceClasses {
  readonly #networks: readonly Network[];
  readonly #remembered = new Map<Ipv4, AddressClass>();

  /** Throws when a CIDR text cannot be parsed. */
  constructor({ ignore, sourceClasses }: AddressLists) {
    const classed = PRECEDENCE.flatMap((name) => parseNetworks(sourceClasses[name], name));
    this.#networks = [
      ...parseNetworks(ignore, "ignored"),
      ...classed.sort((a, b) => b.prefix - a.prefix),
    ];
  }

  of(ip: Ipv4): AddressClass {
    const known = this.#remembered.get(ip);
    if (known !== undefined) return known;
    const addressClass = this.#lookUp(ip);
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(ip, addressClass);
    return addressClass;
  }

  #lookUp(ip: Ipv4): AddressClass {
    if (this.#networks.length === 0) return "client";
    const address = ipaddr.IPv4.parse(formatIpv4(ip));
    const network = this.#networks.find((one) => address.match(one.address, one.prefix));
    return network?.addressClass ?? "client";
  }
}

function parseNetworks(texts: readonly string[], addressClass: AddressClass): Network[] {
  return texts.map((text) => {
    const [address, prefix] = ipaddr.IPv4.parseCIDR(text.includes("/") ? text : `${text}/32`);
    return { address, prefix, addressClass };
  });
}
