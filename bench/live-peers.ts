/** What others lose of the same datagrams: whoever hears them at all, and says how many it did not. */
import { socketRows } from "../core/network/proc.js";
import { EpicsSoftIoc, type Place, Program } from "../tests/peers/index.js";

const START_TIMEOUT_MS = 10_000;
const SEARCH_PORT = 5064;

export interface Listener {
  readonly name: string;
  /** What it lost until now of what it should have heard. It hears no more afterwards. */
  stop(): Promise<number>;
}

/** The server of an IOC, which has none of the names. */
export async function softIoc(on: Place): Promise<Listener> {
  const ioc = await EpicsSoftIoc.start({ on, database: 'record(ai, "bench:live") {}' });
  return {
    name: "soft IOC of EPICS Base",
    async stop() {
      const sockets = socketRows("udp").filter(({ port }) => port === SEARCH_PORT);
      await ioc.stop();
      return sockets.reduce((total, { drops }) => total + drops, 0);
    },
  };
}

/** With the options that it has by itself. */
export async function tcpdump(on: Place): Promise<Listener> {
  const command = ["tcpdump", "-n", "-i", "lo", "-w", "/dev/null", `udp port ${SEARCH_PORT}`];
  const program = new Program(on, command);
  await program.errorLine(/listening on/, START_TIMEOUT_MS);
  return {
    name: "tcpdump -w /dev/null",
    async stop() {
      const { errors } = await program.stop("SIGINT");
      const dropped = /(\d+) packets? dropped by kernel/.exec(errors.join("\n"))?.[1];
      if (dropped === undefined) throw new Error(`tcpdump: ${errors.join("\n")}`);
      return Number(dropped);
    },
  };
}
