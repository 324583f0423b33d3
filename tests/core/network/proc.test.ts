import assert from "node:assert/strict";
import { parseSockets } from "../../../core/network/proc.js";

describe("the kernel's table of UDP sockets", () => {
  it("tells the drops of each socket", () => {
    const text = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  332: FFFF070A:13C8 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 19337 2 0000000000000000 42
  333: 00000000:13C9 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 19338 2 0000000000000000 0
`;
    assert.deepEqual(parseSockets(text), [
      { local: "FFFF070A:13C8", port: 5064, state: "07", uid: 0, inode: "19337", drops: 42 },
      { local: "00000000:13C9", port: 5065, state: "07", uid: 0, inode: "19338", drops: 0 },
    ]);
  });
});
