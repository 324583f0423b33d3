/** One host of a network. */
import { Capture } from "./capture.js";
import { epicsEnvironment } from "./environment.js";
import { HttpPlace } from "./http-place.js";
import { ip } from "./ip.js";
import { Program, type ProgramResult, runProgram } from "./program.js";

const RUN_TIMEOUT_MS = 30_000;
/** The ports that EPICS uses unless told otherwise. */
const SERVER_PORT = 5064;
const REPEATER_PORT = 5065;

export class Host extends HttpPlace {
  constructor(
    /** Of its network namespace. */
    readonly name: string,
    readonly address: string,
    readonly broadcast: string,
    /** Where the bridge has it. */
    readonly port: string,
    readonly bridge: string,
  ) {
    super(["ip", "netns", "exec", name], epicsEnvironment(broadcast, SERVER_PORT, REPEATER_PORT));
  }

  spawn(command: readonly string[]): Program {
    return new Program(this, command);
  }

  async run(command: readonly string[], timeoutMs = RUN_TIMEOUT_MS): Promise<ProgramResult> {
    return await runProgram(this, command, timeoutMs);
  }

  /** Records what passes its network card, or its loopback. @param filter as of tcpdump, everything without one */
  async capture(filter = "", networkInterface: "eth0" | "lo" = "eth0"): Promise<Capture> {
    return await Capture.start(this, filter, networkInterface);
  }

  /** Pulls its cable: circuits break without anybody being told. */
  unplug(): void {
    ip("-n", this.bridge, "link", "set", this.port, "down");
  }

  plug(): void {
    ip("-n", this.bridge, "link", "set", this.port, "up");
  }
}
