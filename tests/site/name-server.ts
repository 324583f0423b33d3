/** A name server on the host of a pvmon, so that look-ups stay there. */
import { type Place, Program } from "../peers/index.js";

const TESTKIT = new URL("../../core/testkit/index.js", import.meta.url).href;
const START_TIMEOUT_MS = 30_000;

/** Answers where it listens. @param names by address */
export async function startNameServer(
  on: Place,
  names: Readonly<Record<string, string>>,
): Promise<string> {
  const script = `
    import { DnsResponder } from "${TESTKIT}";
    const responder = await DnsResponder.start();
    for (const [address, name] of Object.entries(${JSON.stringify(names)})) {
      responder.replies.set(address, [name]);
    }
    console.log("@running " + responder.address);
    // The responder alone keeps no process running.
    process.stdin.resume();`;
  const program = new Program(on, [process.execPath, "--input-type=module", "--eval", script]);
  const [, address] = await program.line(/^@running (.*)/, START_TIMEOUT_MS);
  return address!;
}
