/** What tests of the simulated site share: free ports, listening on loopback, and waiting. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { decodeDatagram, type Message } from "epics-ca";

export interface FreePorts {
  readonly searchPort: number;
  readonly beaconPort: number;
  readonly heartbeatPort: number;
}

/** UDP ports that nobody uses now. */
export async function freePorts(): Promise<FreePorts> {
  const sockets = [createSocket("udp4"), createSocket("udp4"), createSocket("udp4")];
  const ports: number[] = [];
  for (const socket of sockets) {
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    ports.push(socket.address().port);
  }
  for (const socket of sockets) socket.close();
  const [searchPort = 0, beaconPort = 0, heartbeatPort = 0] = ports;
  return { searchPort, beaconPort, heartbeatPort };
}

/** What a broadcast listener on loopback hears. */
export async function listen(
  port: number,
): Promise<{ heard: { from: string; message: Message }[]; close: () => void }> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  // A test that fails half-way does not keep the process from ending.
  socket.unref();
  const heard: { from: string; message: Message }[] = [];
  socket.on("message", (bytes, { address }) => {
    for (const message of decodeDatagram(bytes).messages) heard.push({ from: address, message });
  });
  socket.bind(port, "127.255.255.255");
  await once(socket, "listening");
  return { heard, close: () => socket.close() };
}

export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 1500, "it did not happen");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
