/** Whether the kernel gives sockets the receive buffers that bursts of packets need. */
import { SystemNetwork } from "../network/system-network.js";
import type { Finding } from "../plugin/diagnosis.js";

const LOOPBACK = 0x7f000001;

/** @param wantedBytes as in `UdpOptions` */
export async function receiveBufferFinding(wantedBytes: number): Promise<Finding> {
  const subject = "receive buffers";
  // Of the kernel's choice, and gone at once: a limit that is read elsewhere may be that of another network namespace.
  const socket = await new SystemNetwork().openUdp({
    local: { ip: LOOPBACK, port: 0 },
    receiveBufferBytes: wantedBytes,
    datagram: () => undefined,
    failed: () => undefined,
  });
  socket.close();
  const { bufferBytes } = socket;
  if (bufferBytes >= wantedBytes) {
    return { subject, state: "ok", saw: `${bufferBytes} bytes a socket, as wanted` };
  }
  return {
    subject,
    state: "warning",
    saw: `the kernel gives ${bufferBytes} of the ${wantedBytes} bytes wanted, so bursts of packets may be lost (and counted)`,
    todo: `echo net.core.rmem_max=${wantedBytes} | sudo tee /etc/sysctl.d/60-pvmon.conf && sudo sysctl --system`,
  };
}
