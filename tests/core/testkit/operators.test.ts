import assert from "node:assert/strict";
import { INVENTORY, OPERATIONS, parseIpv4 } from "pvmon";
import { createPuppet, createPvmon, type Puppet, type Pvmon, planLaboratory } from "pvmon/testkit";
import { Operators } from "../../../core/testkit/site/operators.js";

describe("the operators of a simulated site", () => {
  const plan = planLaboratory({ pvsPerIoc: 10 });
  let pvmon: Pvmon;
  let puppet: Puppet;

  beforeEach(async () => {
    puppet = createPuppet();
    const site = "log: { level: silent }\ndetectors: [{ use: puppet }]\n";
    pvmon = await createPvmon(site, { plugins: { puppet: puppet.plugin } });
    await pvmon.start();
  });
  afterEach(() => pvmon.stop());

  const parts = () => ({
    plan,
    inventory: pvmon.service(INVENTORY)!,
    operations: pvmon.service(OPERATIONS)!,
  });
  /** Every application sends one heartbeat. */
  const beat = (): void => {
    for (const app of plan.apps) {
      puppet.emit({
        type: "heartbeat",
        at: Date.now(),
        source: parseIpv4(app.address) ?? 0,
        port: 40_000,
        version: app.version ?? "2.0",
        sequence: 5,
        serverPort: app.port === 0 ? 5064 : app.port,
        servesCa: app.version !== "3.0",
        upSeconds: 100,
        hostTimeAt: null,
        pid: app.pid,
        image: app.image,
        command: app.command,
        directory: app.directory,
      });
    }
  };

  it("wait for what they describe, and are done when all of it is described", () => {
    const operators = new Operators(parts());
    assert.equal(operators.look(), false);
    beat();
    assert.equal(operators.look(), true);
    const { inventory } = parts();
    for (const { address, description, mode } of plan.hosts) {
      const host = inventory.host(address);
      assert.equal(host?.description, description);
      assert.equal(host?.options.maintenance, mode === "maintenance");
      assert.equal(host?.options.development, mode === "development");
    }
    const groups = inventory.listGroups().map(({ name }) => name);
    for (const name of ["Storage ring", "Beamline 7", "Vacuum"]) assert.ok(groups.includes(name));
    const robot = plan.apps.find(({ label }) => label === "sample robot");
    const apps = inventory.host(robot?.address ?? "")?.apps ?? [];
    assert.equal(apps.find(({ name }) => name === "sample robot")?.critical, "notCritical");
  });

  it("leave alone what somebody has described or grouped before", () => {
    beat();
    const { inventory, operations } = parts();
    const [host] = plan.hosts;
    assert.ok(host);
    operations.setHost(host.address, { description: "mine" }, { who: "eve" });
    operations.createGroup("Vacuum", [], { who: "eve" });
    assert.equal(new Operators(parts()).look(), true);
    assert.equal(inventory.host(host.address)?.description, "mine");
    assert.deepEqual(inventory.listGroups().find(({ name }) => name === "Vacuum")?.hosts, []);
  });
});
