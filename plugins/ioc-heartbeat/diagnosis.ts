/** Whether the ports can be listened on, with buffers that are large enough. */
import { type Examination, type Finding, parseIpv4 } from "pvmon";
import { receiveBufferFinding, udpPortFinding } from "pvmon/diagnosis";
import type { HeartbeatConfig } from "./config.js";

export async function diagnose({
  config: { addresses, ports, receiveBufferBytes },
  runningPid,
}: Examination<HeartbeatConfig>): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const address of addresses) {
    for (const port of ports) {
      findings.push(await udpPortFinding({ ip: parseIpv4(address) ?? 0, port }, runningPid));
    }
  }
  return [...findings, await receiveBufferFinding(receiveBufferBytes)];
}
