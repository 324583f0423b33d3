/** The process map of a simulated host, line by line as NETSTAT of a heartbeat gives it: /proc/net/tcp, then each process. */
import type { AppPlan } from "./plan.js";

interface Process {
  readonly pid: number;
  readonly commandLine: string;
  readonly directory: string;
  readonly listens: readonly number[];
  readonly user: number;
}

const TCP_HEADER =
  "tcp: sl local_address rem_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode";
const ROOT = 0;
const IOC_USER = 1003;
const SSH: Process = {
  pid: 711,
  commandLine: "/usr/sbin/sshd -D",
  directory: "/",
  listens: [22],
  user: ROOT,
};

/**
 * @param apps those that run on the host now
 * @param searchPort TCP port of an application whose plan names none
 */
export function processLines(apps: readonly AppPlan[], searchPort: number): readonly string[] {
  const processes = [SSH, ...apps.flatMap((app) => processesOf(app, searchPort))];
  const sockets = processes.flatMap(({ pid, listens, user }) =>
    listens.map((port) => ({ port, user, inode: pid * 100 + (port % 100) })),
  );
  return [
    TCP_HEADER,
    ...sockets.map(({ port, user, inode }, row) => {
      const local = `00000000:${port.toString(16).toUpperCase().padStart(4, "0")}`;
      return `tcp: ${row}: ${local} 00000000:0000 0A 00000000:00000000 00:00000000 00000000 ${user} 0 ${inode} 1`;
    }),
    ...processes.flatMap(({ pid, commandLine, directory, listens }) => [
      ...listens.map((port) => `pid: ${pid} socket:[${pid * 100 + (port % 100)}]`),
      `pid: ${pid} cmdline: ${commandLine}`,
      `pid: ${pid} cwd: ${directory}`,
    ]),
  ];
}

function processesOf(app: AppPlan, searchPort: number): readonly Process[] {
  const { pid, image, command, directory, procServPort, label } = app;
  const itself = {
    pid,
    commandLine: `${image} ${command}`,
    directory,
    listens: [app.port === 0 ? searchPort : app.port],
    user: IOC_USER,
  };
  if (procServPort === undefined) return [itself];
  const name = label.toLowerCase().replace(":", "-");
  const parent = {
    pid: pid + 40_000,
    commandLine: `/usr/bin/procServ --noautorestart -n ${name} ${procServPort} ${command}`,
    directory,
    listens: [procServPort],
    user: IOC_USER,
  };
  return [parent, itself];
}
