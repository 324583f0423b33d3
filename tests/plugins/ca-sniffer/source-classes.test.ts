import assert from "node:assert/strict";
import { parseIpv4 } from "pvmon";
import { type AddressLists, SourceClasses } from "../../../plugins/ca-sniffer/source-classes.js";

const NONE = { archiver: [], gateway: [], own: [], client: [] };

function classify(lists: Partial<AddressLists>, ...addresses: readonly string[]): string[] {
  const classes = new SourceClasses({ ignore: [], sourceClasses: NONE, ...lists });
  return addresses.map((address) => classes.of(parseIpv4(address)!));
}

describe("source classes", () => {
  it("whoever is in no list is a client", () => {
    assert.deepEqual(classify({}, "10.7.0.1", "0.0.0.0", "255.255.255.255"), [
      "client",
      "client",
      "client",
    ]);
  });

  it("a network has a first and a last address", () => {
    assert.deepEqual(
      classify(
        { sourceClasses: { ...NONE, archiver: ["10.7.4.0/22"] } },
        ...["10.7.3.255", "10.7.4.0", "10.7.7.255", "10.7.8.0"],
      ),
      ["client", "archiver", "archiver", "client"],
    );
  });

  it("the longest prefix wins", () => {
    const sourceClasses = {
      own: ["10.7.9.9"],
      archiver: ["10.0.0.0/8"],
      gateway: ["10.7.0.0/16"],
      client: ["10.7.9.0/24"],
    };
    assert.deepEqual(classify({ sourceClasses }, "10.1.0.1", "10.7.1.1", "10.7.9.1", "10.7.9.9"), [
      "archiver",
      "gateway",
      "client",
      "own",
    ]);
  });

  it("ignored wins over every class", () => {
    const sourceClasses = { ...NONE, own: ["10.7.9.9/32"] };
    assert.deepEqual(classify({ ignore: ["10.7.0.0/16"], sourceClasses }, "10.7.9.9"), ["ignored"]);
  });

  it("forged addresses do not fill the memory, and change no answer", () => {
    const classes = new SourceClasses({ ignore: ["10.7.0.0/16"], sourceClasses: NONE });
    for (let ip = 0; ip < 200_000; ip++) classes.of(ip * 21_001);
    assert.equal(classes.of(parseIpv4("10.7.1.2")!), "ignored");
    assert.equal(classes.of(parseIpv4("10.8.1.2")!), "client");
  });
});
