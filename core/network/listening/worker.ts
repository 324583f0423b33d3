/** Entry of the thread that does nothing but read sockets, so that whatever holds up the main one holds up no datagram. */
import { parentPort, workerData } from "node:worker_threads";
import { SystemUdpSocket } from "../system-udp-socket.js";
import { RingWriter } from "./datagram-ring.js";
import type { Order, Report } from "./protocol.js";

const sockets = new Map<number, SystemUdpSocket>();
const ring = new RingWriter(workerData as SharedArrayBuffer, () => report({ type: "datagrams" }));
let isWaking = false;

/** Once for all that are read in a turn. */
function wakeSoon(): void {
  if (isWaking) return;
  isWaking = true;
  setImmediate(() => {
    isWaking = false;
    ring.wake();
  });
}

async function open({ id, ...options }: Extract<Order, { type: "open" }>): Promise<void> {
  try {
    const socket = await SystemUdpSocket.open({
      ...options,
      datagram: (bytes, from) => {
        ring.write(id, bytes, from);
        wakeSoon();
      },
      failed: (error) => {
        sockets.delete(id);
        failed(id, error);
      },
    });
    sockets.set(id, socket);
    const { local, bufferBytes, inode } = socket;
    report({ type: "opened", id, local, bufferBytes, inode });
  } catch (error) {
    failed(id, error as NodeJS.ErrnoException);
  }
}

function failed(id: number, error: NodeJS.ErrnoException): void {
  report({ type: "failed", id, error, ...(error.code !== undefined && { code: error.code }) });
}

function report(message: Report): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (order: Order) => {
  if (order.type === "open") {
    void open(order);
    return;
  }
  sockets.get(order.id)?.close();
  sockets.delete(order.id);
  report({ type: "closed", id: order.id });
});
