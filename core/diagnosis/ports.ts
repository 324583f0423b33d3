/** Whether a port can be had, and who has it otherwise. */
import { once } from "node:events";
import { createServer } from "node:net";
import { type Endpoint, formatEndpoint } from "../model/address.js";
import { SystemNetwork } from "../network/system-network.js";
import type { Finding } from "../plugin/diagnosis.js";
import { isOf, isPvmons, nameHolders, portHolders } from "./port-holders.js";

/**
 * Of a port that is going to be shared, as by sensors. It is opened for a moment, since nothing else tells whether the
 * others share it, but not where a pvmon has it already, which may get unicast there.
 */
export async function udpPortFinding(
  local: Endpoint,
  runningPid: number | undefined,
): Promise<Finding> {
  const subject = `UDP ${formatEndpoint(local)}`;
  const holders = portHolders("udp", local.port);
  if (holders.some((holder) => isOf(holder, runningPid))) {
    return { subject, state: "ok", saw: `this site has it, process ${runningPid}` };
  }
  const others = nameHolders(holders);
  if (holders.some(isPvmons)) return { subject, state: "ok", saw: `shared with ${others}` };
  try {
    const socket = await new SystemNetwork().openUdp({
      local,
      isShared: true,
      datagram: () => undefined,
      failed: () => undefined,
    });
    socket.close();
  } catch (error) {
    return { subject, state: "failed", ...whyNot(error, others) };
  }
  const saw = holders.length === 0 ? "free" : `shared with ${others}`;
  return { subject, state: "ok", saw };
}

/** Of a port that nobody else may have. @param runningPid whose it may be, since it runs this site */
export async function tcpPortFinding(
  host: string,
  port: number,
  runningPid: number | undefined,
): Promise<Finding> {
  const subject = `TCP ${host}:${port}`;
  const holders = portHolders("tcp", port);
  if (holders.length > 0 && holders.every((holder) => isOf(holder, runningPid))) {
    return { subject, state: "ok", saw: `this site has it, process ${runningPid}` };
  }
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
  } catch (error) {
    return { subject, state: "failed", ...whyNot(error, nameHolders(holders)) };
  }
  server.close();
  return { subject, state: "ok", saw: "free" };
}

function whyNot(error: unknown, others: string): Pick<Finding, "saw" | "todo"> {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "EADDRINUSE":
      return {
        saw: `held by ${others || "another program"}, which does not share it`,
        todo: "stop that program, or give one of the two another port",
      };
    case "EACCES":
      return {
        saw: "only root may have ports so low",
        todo: "set a port above 1023, with a reverse proxy in front where it has to be 80 or 443",
      };
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return { saw: "this machine has no such address", todo: "see its addresses: ip address" };
    default:
      return { saw: message, todo: "see that the network is set up: ip address" };
  }
}
