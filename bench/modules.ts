/** Which benchmarks there are, and where they run. */

/** Each module's default export is a {@link Benchmark}. In the order of the report. */
export const MODULES: readonly string[] = [
  "decode",
  "fold",
  "growing",
  "replay",
  "live",
  "memory",
  "list",
  "load",
  "load-mariadb",
  "restart",
  "restart-mariadb",
  "answers",
  "pages",
  "verification",
  "garbage",
  "soak",
];
/** They have networks of their own, as the tests with peers. */
export const IN_SANDBOX: ReadonlySet<string> = new Set([
  "live",
  "memory",
  "restart",
  "restart-mariadb",
  "answers",
  "pages",
  "verification",
  "soak",
]);
