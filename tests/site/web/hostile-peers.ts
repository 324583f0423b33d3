/** An IOC, a client and an application of the simulated site whose names are made to do harm in a page. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { decodeDatagram } from "epics-ca";
import { SimulatedClient } from "../../../core/testkit/site/simulated-client.js";
import { SimulatedIoc, type SitePorts } from "../../../core/testkit/site/simulated-ioc.js";
import { HeartbeatSender, type Place } from "../../peers/index.js";
import { HOSTILE_HEARTBEAT, HOSTILE_PVS } from "./hostile.js";

export const HOSTILE_HOST = "127.3.0.1";
export const HOSTILE_CLIENT = "127.3.0.2";
const HEARTBEAT_PERIOD_S = 2;
/** PVs that its heartbeat lists. */
const LISTED = 5;

export class HostilePeers {
  readonly #ports: SitePorts;
  readonly #ioc: SimulatedIoc;
  readonly #client: SimulatedClient;
  #listener: Socket | undefined;
  #sender: HeartbeatSender | undefined;

  constructor(ports: SitePorts) {
    this.#ports = ports;
    // What comes after a dot is a field, to an IOC.
    const names = HOSTILE_PVS.map((name) => name.split(".", 1)[0]!);
    this.#ioc = new SimulatedIoc(
      { address: HOSTILE_HOST, names, counting: "rsrv", firstBeaconMs: 0 },
      ports,
    );
    this.#client = new SimulatedClient({ address: HOSTILE_CLIENT, names: HOSTILE_PVS }, ports);
  }

  async start(on: Place): Promise<void> {
    const { searchPort, broadcast } = this.#ports;
    const listener = createSocket({ type: "udp4", reuseAddr: true });
    this.#listener = listener;
    listener.bind(searchPort, broadcast);
    await once(listener, "listening");
    listener.on("message", (bytes, { address, port }) => {
      this.#ioc.answer(decodeDatagram(bytes, "client").messages, port, address);
    });
    await this.#ioc.start();
    await this.#client.start();
    this.#sender = await HeartbeatSender.start(on, {
      version: "2.0",
      from: HOSTILE_HOST,
      to: broadcast,
      period: HEARTBEAT_PERIOD_S,
      sp: searchPort,
      names: LISTED,
      ...HOSTILE_HEARTBEAT,
    });
  }

  async stop(): Promise<void> {
    await this.#sender?.stop();
    await this.#client.stop();
    await this.#ioc.kill();
    this.#listener?.close();
  }
}
