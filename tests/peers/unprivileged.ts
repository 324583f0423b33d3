/** Running something as a user without rights, and with single ones given back, as systemd does it. */
const ROOT = 0;
const NOBODY = 65534;

/**
 * What a command line begins with then.
 * @param capabilities that the program has and passes on, such as `net_raw`
 */
export function unprivileged(...capabilities: readonly string[]): readonly string[] {
  const sets = ["-all", ...capabilities.map((name) => `+${name}`)].join(",");
  // In a user namespace there is nobody else.
  const user =
    process.getuid?.() === ROOT
      ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", `--bounding-set=${sets}`]
      : [];
  return ["setpriv", "--no-new-privs", ...user, `--inh-caps=${sets}`, `--ambient-caps=${sets}`];
}
