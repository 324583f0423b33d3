/** Whether the port can be had, and whether what is open to others is so on purpose. */
import ipaddr from "ipaddr.js";
import type { Examination, Finding } from "pvmon";
import { tcpPortFinding } from "pvmon/diagnosis";
import type { Config } from "./config.js";
import { isLoopback } from "./guard.js";

export async function diagnose({
  config,
  runningPid,
}: Examination<Config>): Promise<readonly Finding[]> {
  const { host, port } = config;
  return [await tcpPortFinding(host, port, runningPid), reachFinding(config), proxyFinding(config)];
}

/** Who can reach it, and how safe passwords are on the way. */
function reachFinding({ host, trustedProxies }: Config): Finding {
  const subject = "reach";
  if (host === "localhost" || isLoopback(host)) {
    return {
      subject,
      state: "ok",
      saw: `${host}: only from this machine, or through a proxy on it`,
    };
  }
  if (trustedProxies.addresses.length > 0) {
    return { subject, state: "ok", saw: `${host}, with trusted proxies: keep all others away` };
  }
  return {
    subject,
    state: "warning",
    saw: `${host}: reached from elsewhere without https, so passwords can be read on the way`,
    todo: "host: 127.0.0.1, a reverse proxy with https in front, and its address in trustedProxies.addresses",
  };
}

function proxyFinding({ trustedProxies }: Config): Finding {
  const subject = "trusted proxies";
  const { addresses, userHeader } = trustedProxies;
  const wide = addresses.find((text) => text.includes("/") && ipaddr.parseCIDR(text)[1] === 0);
  if (wide !== undefined) {
    return {
      subject,
      state: "failed",
      saw: `${wide} is everybody: any client may say who it is`,
      todo: "name only the addresses of the proxies in trustedProxies.addresses",
    };
  }
  if (addresses.length === 0 && userHeader !== "") {
    return {
      subject,
      state: "warning",
      saw: `${userHeader} is read from no one, since no proxy is trusted`,
      todo: "name the proxy's address in trustedProxies.addresses",
    };
  }
  return { subject, state: "ok", saw: addresses.length === 0 ? "none" : addresses.join(", ") };
}
