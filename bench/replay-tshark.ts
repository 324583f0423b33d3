/** The peer of `replay`: tshark, taught to read search requests, printing the same fields of the same capture. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Wireshark knows no Channel Access; this is the least that reads searches, so that tshark is as fast as it can be. */
const DISSECTOR = `
local ca = Proto("casearch", "Channel Access searches")
local cid = ProtoField.uint32("casearch.cid", "Search id")
local name = ProtoField.stringz("casearch.name", "Name")
ca.fields = { cid, name }
function ca.dissector(buffer, pinfo, tree)
  local at = 0
  while at + 16 <= buffer:len() do
    local size = buffer(at + 2, 2):uint()
    if size > 0 and buffer(at, 2):uint() == 6 then
      tree:add(cid, buffer(at + 8, 4))
      tree:add(name, buffer(at + 16, size))
    end
    at = at + 16 + size
  end
end
DissectorTable.get("udp.port"):add(5064, ca)
`;

const FIELDS = ["frame.time_epoch", "ip.src", "udp.srcport", "casearch.cid", "casearch.name"];

/** How long tshark takes, s, and the file that it printed names to: one line a datagram, names separated by commas. */
export function readWithTshark(
  capture: string,
  folder: string,
): { seconds: number; output: string } {
  const script = join(folder, "casearch.lua");
  writeFileSync(script, DISSECTOR);
  const output = join(folder, "fields.txt");
  const printed = openSync(output, "w");
  const begin = process.hrtime.bigint();
  const { error, status, stderr } = spawnSync(
    "tshark",
    [
      "-n",
      "-r",
      capture,
      "-X",
      `lua_script:${script}`,
      "-T",
      "fields",
      ...FIELDS.flatMap((field) => ["-e", field]),
    ],
    { encoding: "utf8", stdio: ["ignore", printed, "pipe"] },
  );
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  closeSync(printed);
  if (error !== undefined)
    throw new Error(`tshark cannot be run: ${error.message} (apt-get install tshark)`);
  if (status !== 0) throw new Error(`tshark: ${stderr}`);
  return { seconds, output };
}
