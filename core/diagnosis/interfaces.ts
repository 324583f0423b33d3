/** Whether a network interface is there, and up. */
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import type { Finding } from "../plugin/diagnosis.js";

/** @param needsIpv4 or frames are taken from it as they are, as from a mirror port. */
export function interfaceFinding(name: string, needsIpv4: boolean): Finding {
  const subject = `interface ${name}`;
  const all = interfaceNames();
  if (!all.includes(name)) {
    return {
      subject,
      state: "failed",
      saw: `it is not there; there are ${all.join(", ")}`,
      todo: "correct its name in the site file, or see why it is missing: ip link",
    };
  }
  // Only those that are up and have an address of some kind are listed.
  const addresses = networkInterfaces()[name];
  const own = addresses?.filter(({ family }) => family === "IPv4") ?? [];
  if (own.length > 0) {
    return {
      subject,
      state: "ok",
      saw: own.map(({ cidr, address }) => cidr ?? address).join(", "),
    };
  }
  if (!needsIpv4) {
    return addresses !== undefined
      ? { subject, state: "ok", saw: "up, without an IPv4 address" }
      : {
          subject,
          state: "warning",
          saw: "it is down, or has no address of any kind",
          todo: `see that it is up: sudo ip link set dev ${name} up`,
        };
  }
  return {
    subject,
    state: "failed",
    saw: "it is down or has no IPv4 address, so no broadcast is heard there",
    todo: `sudo ip link set dev ${name} up, and give it an address of its subnet`,
  };
}

/** Also those that are down. */
function interfaceNames(): readonly string[] {
  try {
    const [, , ...lines] = readFileSync("/proc/net/dev", "latin1").split("\n");
    return lines.map((line) => line.split(":")[0]?.trim() ?? "").filter((name) => name !== "");
  } catch {
    return Object.keys(networkInterfaces());
  }
}
