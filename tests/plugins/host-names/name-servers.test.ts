/** The system's resolver against a name server on loopback. */
import assert from "node:assert/strict";
import { DnsResponder } from "pvmon/testkit";
import { NameServers } from "../../../plugins/host-names/name-servers.js";

const CONFIG = {
  domain: false,
  lookupsPerSecond: 5,
  maxAtOnce: 4,
  timeoutSeconds: 0.25,
  tries: 2,
  keepMinutes: 60,
  keepNoneMinutes: 10,
  scanSeconds: 10,
};

describe("a name server", () => {
  let server: DnsResponder;
  let lookup: NameServers;
  beforeEach(async () => {
    server = await DnsResponder.start();
    lookup = new NameServers({ ...CONFIG, servers: [server.address] });
  });
  afterEach(() => {
    lookup.close();
    server.stop();
  });

  it("says what an address is called, cut at the first dot", async () => {
    server.replies.set("10.7.0.1", ["ioc1.example.org"]);
    assert.deepEqual(await lookup.find("10.7.0.1"), { kind: "named", name: "ioc1" });
    assert.deepEqual(server.asked, ["10.7.0.1"]);
  });

  it("says it with the domain where that is wanted", async () => {
    server.replies.set("10.7.0.1", ["ioc1.example.org"]);
    const whole = new NameServers({ ...CONFIG, servers: [server.address], domain: true });
    assert.deepEqual(await whole.find("10.7.0.1"), { kind: "named", name: "ioc1.example.org" });
  });

  it("says one of several names, always the same", async () => {
    for (const names of [
      ["b.example.org", "a.example.org"],
      ["a.example.org", "b.example.org"],
    ]) {
      server.replies.set("10.7.0.1", names);
      assert.deepEqual(await lookup.find("10.7.0.1"), { kind: "named", name: "a" });
    }
  });

  it("says that there is no name", async () => {
    server.replies.set("10.7.0.1", []);
    assert.deepEqual(await lookup.find("10.7.0.1"), { kind: "none" });
    assert.deepEqual(await lookup.find("10.7.0.2"), { kind: "none" });
  });

  it("is not believed what is no name", async () => {
    for (const lie of ["<script>.org", "a b.org", "ioc'--.org", "-x.org", "\xe9.org"]) {
      server.replies.set("10.7.0.1", [lie]);
      const { kind } = await lookup.find("10.7.0.1");
      assert.notEqual(kind, "named", lie);
    }
  });

  it("that says an error does not count as silent", async () => {
    for (const code of [2, 5]) {
      server.always = { code };
      const finding = await lookup.find("10.7.0.1");
      assert.equal(finding.kind, "failed");
      assert.ok(finding.kind === "failed" && !finding.silent, JSON.stringify(finding));
    }
  });

  it("that says nothing is asked as often as configured, and then is silent", async () => {
    server.always = "silence";
    assert.deepEqual(await lookup.find("10.7.0.1"), {
      kind: "failed",
      reason: "ETIMEOUT",
      silent: true,
    });
    assert.deepEqual(server.asked, ["10.7.0.1", "10.7.0.1"]);
  });

  it("that is not there is silent", async () => {
    const { address } = server;
    const nobody = new NameServers({
      ...CONFIG,
      servers: [address.replace("127.0.0.1", "127.0.0.2")],
    });
    const finding = await nobody.find("10.7.0.1");
    assert.ok(finding.kind === "failed" && finding.silent, JSON.stringify(finding));
  });

  it("is not waited for when there is no time any more", async () => {
    server.always = "silence";
    const finding = lookup.find("10.7.0.1");
    lookup.close();
    assert.equal((await finding).kind, "failed");
  });
});
