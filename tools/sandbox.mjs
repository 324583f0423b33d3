/**
 * Where tests against real peers run: network, processes and mounts of their own. No packet leaves the machine, EPICS's well-known
 * ports are free whatever else runs here, and nothing that a test started or made outlives it, however it ends.
 */
import { succeeds } from "./steps.mjs";

const NAMESPACES = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
/** `ip netns` keeps its names under /run. */
const OWN_RUN = "mount -t tmpfs tmpfs /run";
/** The shell stays, as the process that adopts and reaps orphans. */
const SETUP = `PATH="$PATH:/usr/sbin:/sbin"; ip link set lo up || exit; "$@"; exit $?`;

/** The command that runs `command` in a new sandbox. */
export function inSandbox(command) {
  const [user, group] = [process.getuid(), process.getgid()];
  if (user === 0)
    return ["unshare", ...NAMESPACES, ...shell(`${OWN_RUN} || exit; ${SETUP}`, command)];
  // Mounting takes a user that is called root, tcpdump as root wants to become somebody else, which it may not here:
  // so root of a first user namespace mounts, and the user again, with all capabilities, runs the command in a second one.
  const again = [
    "unshare",
    "--user",
    `--map-user=${user}`,
    `--map-group=${group}`,
    "--keep-caps",
    ...NAMESPACES,
  ];
  const asUser = [...again, ...shell(SETUP, command)];
  return [
    "unshare",
    "--user",
    "--map-root-user",
    "--mount",
    ...shell(`${OWN_RUN} && exec "$@"`, asUser),
  ];
}

/** What stands in the way of a sandbox, with what to do; undefined if nothing does. */
export function whyNoSandbox() {
  const [program, ...args] = inSandbox(["ip", "netns", "add", "probe"]);
  if (succeeds(program, ...args)) return undefined;
  return process.getuid() === 0
    ? "the tests with real peers need network namespaces, which this container forbids: start it with CAP_SYS_ADMIN and CAP_NET_ADMIN"
    : "the tests with real peers need network namespaces: run `sudo npm test`, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0)";
}

function shell(script, args) {
  return ["sh", "-c", script, "sandbox", ...args];
}
