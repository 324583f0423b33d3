/**
 * Several hosts on one Ethernet: network namespaces, joined by a bridge in one more. They have no way out; EPICS uses its well-known ports.
 * Inside the sandbox of `npm test` they vanish with it; elsewhere, as root, they are removed at the end of the process at the latest.
 */
import { Host } from "./host.js";
import { ip } from "./ip.js";

const MAX_HOSTS = 200;

export interface NetworkOptions {
  /** How many hosts. */
  readonly hosts: number;
  /** A hub shows every frame to every host, as a mirror port would; a switch only to whom it is addressed. Default switch. */
  readonly kind?: "switch" | "hub";
}

let made = 0;
const networks = new Set<Network>();
process.once("exit", () => {
  for (const network of networks) network.removeNow();
});

export class Network {
  readonly hosts: readonly Host[];
  readonly broadcast: string;
  readonly #bridge: string;

  private constructor(bridge: string, hosts: readonly Host[], broadcast: string) {
    this.#bridge = bridge;
    this.hosts = hosts;
    this.broadcast = broadcast;
  }

  static create({ hosts, kind = "switch" }: NetworkOptions): Network {
    if (hosts > MAX_HOSTS) throw new RangeError(`a network has room for ${MAX_HOSTS} hosts`);
    made += 1;
    const subnet = `10.77.${made}`;
    const prefix = `pm${process.pid}-${made}`;
    const bridge = `${prefix}-b`;
    const members = Array.from(
      { length: hosts },
      (_, i) =>
        new Host(`${prefix}-${i + 1}`, `${subnet}.${i + 1}`, `${subnet}.255`, `p${i + 1}`, bridge),
    );
    const network = new Network(bridge, members, `${subnet}.255`);
    networks.add(network);
    try {
      network.#build(kind);
    } catch (error) {
      network.removeNow();
      throw error;
    }
    return network;
  }

  /** The n-th host, from 1 on, as in its address. */
  host(n: number): Host {
    const host = this.hosts[n - 1];
    if (host === undefined) throw new RangeError(`the network has no host ${n}`);
    return host;
  }

  /** Ends whatever runs on the hosts and takes them away. Safe twice. */
  removeNow(): void {
    if (!networks.delete(this)) return;
    for (const namespace of [...this.hosts.map(({ name }) => name), this.#bridge]) {
      removeNamespace(namespace);
    }
  }

  #build(kind: "switch" | "hub"): void {
    // Without ageing a bridge forgets at once where an address was, and so floods every frame.
    const ageing = kind === "hub" ? ["ageing_time", "0"] : [];
    ip("netns", "add", this.#bridge);
    ip("-n", this.#bridge, "link", "add", "br0", "type", "bridge", ...ageing);
    ip("-n", this.#bridge, "link", "set", "br0", "addrgenmode", "none", "up");
    for (const { name, address, broadcast, port } of this.hosts) {
      ip("netns", "add", name);
      ip("-n", name, "link", "set", "lo", "up");
      ip(
        "-n",
        name,
        "link",
        "add",
        "eth0",
        "type",
        "veth",
        "peer",
        "name",
        port,
        "netns",
        this.#bridge,
      );
      ip("-n", this.#bridge, "link", "set", port, "master", "br0", "addrgenmode", "none", "up");
      ip("-n", name, "link", "set", "eth0", "addrgenmode", "none");
      ip("-n", name, "address", "add", `${address}/24`, "broadcast", broadcast, "dev", "eth0");
      ip("-n", name, "link", "set", "eth0", "up");
    }
  }
}

function removeNamespace(name: string): void {
  try {
    for (const pid of ip("netns", "pids", name).split("\n").filter(Boolean))
      process.kill(Number(pid), "SIGKILL");
  } catch {
    // It ended by itself, or the namespace was never made.
  }
  try {
    ip("netns", "delete", name);
  } catch {
    // Never made.
  }
}
