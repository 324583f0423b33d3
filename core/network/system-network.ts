/** NETWORK of the machine that pvmon runs on. */
import { networkInterfaces } from "node:os";
import { parseIpv4 } from "../model/address.js";
import type {
  NetworkInterface,
  NetworkService,
  UdpListener,
  UdpOptions,
  UdpSocket,
} from "../plugin/services.js";
import { ListeningThread } from "./listening/thread.js";
import { SystemUdpSocket } from "./system-udp-socket.js";

export class SystemNetwork implements NetworkService {
  /** While anybody listens. */
  #thread: ListeningThread | undefined;

  interfaces(): readonly NetworkInterface[] {
    return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses.flatMap(({ family, address, netmask, internal: isInternal }) => {
        const [ip, mask] = [parseIpv4(address), parseIpv4(netmask)];
        const isUsable = family === "IPv4" && ip !== undefined && mask !== undefined;
        return isUsable ? [{ name, ip, mask, isInternal }] : [];
      }),
    );
  }

  async openUdp(options: UdpOptions): Promise<UdpSocket> {
    return await SystemUdpSocket.open(options);
  }

  async listenUdp(options: UdpOptions): Promise<UdpListener> {
    this.#thread ??= new ListeningThread(() => {
      this.#thread = undefined;
    });
    return await this.#thread.listen(options);
  }
}
