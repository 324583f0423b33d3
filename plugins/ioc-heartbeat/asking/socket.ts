/** The one UDP socket that requests leave from and replies come back to. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Endpoint, formatIpv4, parseIpv4 } from "pvmon";

export interface RequestSocket {
  /** `sent` is called once, with an error when the datagram did not leave. */
  send(bytes: Uint8Array, to: Endpoint, sent: (error: Error | null) => void): void;
  close(): void;
}

export interface SocketEvents {
  datagram(bytes: Uint8Array, from: Endpoint): void;
  /** The socket itself failed: it is closed. */
  failed(error: Error): void;
}

/** Bound to a port of the system's choice. Rejects with the system's error. */
export async function openSocket(events: SocketEvents): Promise<RequestSocket> {
  const socket: Socket = createSocket("udp4");
  socket.on("message", (bytes, { address, port }) => {
    const ip = parseIpv4(address);
    if (ip !== undefined) events.datagram(bytes, { ip, port });
  });
  try {
    socket.bind(0);
    await once(socket, "listening");
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.unref();
  let isOpen = true;
  const close = (): void => {
    if (isOpen) socket.close();
    isOpen = false;
  };
  socket.on("error", (error) => {
    close();
    events.failed(error);
  });
  return {
    send: (bytes, to, sent) => {
      if (isOpen) socket.send(bytes, to.port, formatIpv4(to.ip), sent);
      else sent(new Error("the socket is closed"));
    },
    close,
  };
}
