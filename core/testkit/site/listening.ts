/** Binding sockets with promises. */
import type { Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import type { Server } from "node:net";

/** Rejects with the system's error, which names address and port. */
export async function bindUdp(socket: UdpSocket, port: number, address: string): Promise<void> {
  socket.bind(port, address);
  await once(socket, "listening");
}

/** Rejects likewise. */
export async function listenTcp(server: Server, port: number, address: string): Promise<void> {
  server.listen(port, address);
  await once(server, "listening");
}
