import assert from "node:assert/strict";
import { ConfigError } from "../../../core/config/problem.js";
import { SiteFile } from "../../../core/config/site-file.js";

function open(text: string, env: Record<string, string> = {}): SiteFile {
  return new SiteFile({ text, file: "site.yml", folder: "/etc/pvmon" }, env);
}

/** The lines of all mistakes, also of a plugin's options at `detectors[0].config`. */
function mistakes(
  text: string,
  options?: { schema?: object; env?: Record<string, string> },
): string[] {
  try {
    const file = open(text, options?.env);
    const site = file.site();
    if (options?.schema)
      file.check(options.schema, site.detectors[0]?.config, ["detectors", 0, "config"]);
    file.throwIfWrong();
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message.split("\n");
  }
}

describe("a site file", () => {
  it("fills in what is not said", () => {
    const site = open("name: Example\ndetectors: [{ use: x }]\n").site();
    assert.equal(site.log.level, "info");
    assert.equal(site.inventory.maxNames, 5_000_000);
    assert.deepEqual(site.stores, []);
    assert.deepEqual(site.detectors, [
      { use: "x", required: true, onStartFailure: "stop", config: {} },
    ]);
  });

  it("takes an option with everything below it commented out for its defaults", () => {
    const site = open("stores:\ninventory:\ndetectors:\n  - use: x\n    config:\n").site();
    assert.deepEqual(site.stores, []);
    assert.equal(site.inventory.graceSeconds, 20);
    assert.deepEqual(site.detectors[0]?.config, {});
  });

  it("tells ten mistakes in ten lines, each with its place, in the order of the file", () => {
    const text = `nme: Example
log: { level: inf }
inventory: { maxNames: many, graceSeconds: -1, beaconNetworks: [10.7.0.0/64] }
detectors:
  - use: ca-sniffer
    idd: x
    onStartFailure: maybe
  - id: 7
name: a
name: b
`;
    assert.deepEqual(mistakes(text), [
      'site.yml:1:1: nme: unknown option; did you mean "name"?',
      'site.yml:2:15: log.level: must be one of "debug", "info", "warn", "error", "silent"; did you mean "info"?',
      "site.yml:3:24: inventory.maxNames: must be integer",
      "site.yml:3:44: inventory.graceSeconds: must be >= 0",
      "site.yml:3:65: inventory.beaconNetworks[0]: must be a valid cidr",
      'site.yml:6:5: detectors[0].idd: unknown option; did you mean "id"?',
      'site.yml:7:21: detectors[0].onStartFailure: must be one of "stop", "retry", "skip"',
      'site.yml:8:5: detectors[1]: "use" is missing',
      "site.yml:8:9: detectors[1].id: must be string",
      'site.yml:10:1: duplicate key "name"',
    ]);
  });

  it("takes an address for one host only, and an address only for what is one", () => {
    const text = `inventory:
  hosts:
    - { name: ioc1, addresses: [10.7.0.1, 10.7.1.1] }
    - { name: ioc2, addresses: [10.7.0.2, 10.7.1.1] }
    - { name: ioc3, addresses: [10.7.0.3, 10.7.0.3, 10.7.0.04, 10.7.0] }
    - { name: "", addresses: [] }
    - ioc4
`;
    assert.deepEqual(mistakes(text), [
      "site.yml:4:43: inventory.hosts[1].addresses[1]: 10.7.1.1 is an address of hosts[0] already",
      "site.yml:5:43: inventory.hosts[2].addresses[1]: 10.7.0.3 is an address of hosts[2] already",
      "site.yml:5:53: inventory.hosts[2].addresses[2]: must be a valid ipv4",
      "site.yml:5:64: inventory.hosts[2].addresses[3]: must be a valid ipv4",
      "site.yml:6:15: inventory.hosts[3].name: must NOT have fewer than 1 characters",
      "site.yml:6:30: inventory.hosts[3].addresses: must NOT have fewer than 1 items",
      "site.yml:7:7: inventory.hosts[4]: must be object",
    ]);
  });

  it("lets everybody read, and leaves the rest open, unless it says who may do what", () => {
    assert.deepEqual(open("name: Example\n").site().access, { anonymous: "viewer", tokens: [] });
    const text = `access:
  users: users.json
  anonymous: none
  loopback: operator
  tokens: [{ name: backup, role: viewer, token: "\${env:TOKEN}" }]
`;
    const file = open(text, { TOKEN: "0123456789abcdef" });
    assert.deepEqual(file.site().access, {
      users: "/etc/pvmon/users.json",
      anonymous: "none",
      loopback: "operator",
      tokens: [{ name: "backup", role: "viewer", token: "0123456789abcdef" }],
    });
    file.throwIfWrong();
  });

  it("tells each mistake in who may do what, and no token", () => {
    const text = `access:
  users: ""
  anonymous: operator
  loopback: root
  token: []
  tokens:
    - { name: backup, role: viewer, token: short }
    - { name: backup, role: viwer, token: 0123456789abcdef-secret }
    - { name: two words, role: admin, token: 0123456789abcdef-secret }
    - { role: admin, token: "\${env:NOWHERE}" }
`;
    const lines = mistakes(text);
    assert.deepEqual(lines, [
      "site.yml:2:10: access.users: must NOT have fewer than 1 characters",
      'site.yml:3:14: access.anonymous: must be one of "viewer", "none"',
      'site.yml:4:13: access.loopback: must be one of "viewer", "operator", "admin", "none"',
      'site.yml:5:3: access.token: unknown option; did you mean "tokens"?',
      "site.yml:7:44: access.tokens[0].token: must NOT have fewer than 16 characters",
      "site.yml:8:15: access.tokens[1].name: tokens[0] has the same name",
      'site.yml:8:29: access.tokens[1].role: must be one of "viewer", "operator", "admin"; did you mean "viewer"?',
      "site.yml:9:15: access.tokens[2].name: does not have the form that is wanted: Letters, digits, `.`, `_` and `-`: what it is for. Changes made with it are made by `token <name>`.",
      "site.yml:9:46: access.tokens[2].token: tokens[1] has the same token",
      'site.yml:10:7: access.tokens[3]: "name" is missing',
      "site.yml:10:29: access.tokens[3].token: the environment has no variable NOWHERE",
    ]);
    assert.doesNotMatch(lines.join(), /secret/);
  });

  it("keeps tokens that are written into it out of what is printed", () => {
    const file = open("access: { tokens: [{ name: x, role: admin, token: 0123456789abcdef }] }\n");
    file.site();
    assert.equal(file.secrets.hide("Bearer 0123456789abcdef"), "Bearer [secret]");
  });

  it("names the known options where none is near", () => {
    assert.deepEqual(mistakes("log: { colour: red }\n"), [
      "site.yml:1:8: log.colour: unknown option; known are level, format",
    ]);
  });

  it("checks a plugin's options by the plugin's own schema, at their place", () => {
    const schema = {
      type: "object",
      additionalProperties: false,
      properties: {
        port: { type: "integer", maximum: 65535 },
        source: { anyOf: [{ const: "sockets" }, { const: "capture" }] },
        interfaces: { type: "array", items: { type: "string" } },
      },
    };
    const text = `detectors:
  - use: x
    config:
      port: 70000
      source: capturee
      interfaces: [eth0, 5]
      intefaces: []
`;
    assert.deepEqual(mistakes(text, { schema }), [
      "site.yml:4:13: detectors[0].config.port: must be <= 65535",
      'site.yml:5:15: detectors[0].config.source: must be one of "sockets", "capture"; did you mean "capture"?',
      "site.yml:6:26: detectors[0].config.interfaces[1]: must be string",
      'site.yml:7:7: detectors[0].config.intefaces: unknown option; did you mean "interfaces"?',
    ]);
  });

  it("checks several entries by one schema with an identifier of its own", () => {
    const file = open("detectors:\n  - { use: x, config: { port: a } }\n  - { use: x }\n");
    const { detectors } = file.site();
    const schema = { $id: "x", type: "object", properties: { port: { type: "integer" } } };
    assert.equal(file.validator.schemaFault(schema), undefined);
    const checked = detectors.map(({ config }, n) =>
      file.check(schema, config, ["detectors", n, "config"]),
    );
    assert.deepEqual(checked, [false, true]);
  });

  it("tells only the branch of a union that came furthest", () => {
    const branch = (type: string, option: string) => ({
      type: "object",
      required: ["type", option],
      properties: { type: { const: type }, [option]: { type: "integer" } },
    });
    const schema = {
      type: "object",
      properties: { source: { anyOf: [{ type: "string" }, branch("file", "speed")] } },
    };
    const text = "detectors: [{ use: x, config: { source: { type: file, speed: fast } } }]\n";
    assert.deepEqual(mistakes(text, { schema }), [
      "site.yml:1:62: detectors[0].config.source.speed: must be integer",
    ]);
  });

  it("makes values of format path absolute, seen from its own folder, defaults too", () => {
    const file = open("detectors: [{ use: x, config: { key: keys/a.pem } }]\n");
    const config: Record<string, unknown> = file.site().detectors[0]?.config ?? {};
    const path = { type: "string", format: "path" };
    const schema = {
      type: "object",
      properties: {
        key: path,
        data: { ...path, default: "./data" },
        all: { type: "array", items: path, default: ["/a", "b"] },
      },
    };
    assert.ok(file.check(schema, config, ["detectors", 0, "config"]));
    assert.deepEqual(config, {
      key: "/etc/pvmon/keys/a.pem",
      data: "/etc/pvmon/data",
      all: ["/a", "/etc/pvmon/b"],
    });
  });

  it("tells faults of the YAML itself, and nothing that follows from them", () => {
    const lines = mistakes("detectors:\n  - use: [a\nnme: x\n");
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^site\.yml:\d+:\d+: /);
  });

  it("says where quotes are missing around a secret", () => {
    const [line] = mistakes("stores: [{ use: $" + "{env:STORE} }]\n");
    assert.match(line ?? "", /^site\.yml:1:18: .*put quotes around \$\{…\}$/);
  });

  for (const [what, text] of [
    ["nothing", "# nothing\n"],
    ["a list", "- a\n"],
    ["a word", "hello\n"],
  ] as const) {
    it(`with ${what} in it is one mistake`, () => {
      assert.deepEqual(mistakes(text).length, 1);
      assert.match(mistakes(text)[0] ?? "", /must be a map of options/);
    });
  }

  it("refuses aliases that multiply without end", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let letter = 1; letter < 9; letter++) {
      const name = String.fromCharCode(97 + letter);
      const before = `*${String.fromCharCode(96 + letter)}`;
      bomb.push(`${name}: &${name} [${Array(9).fill(before).join(",")}]`);
    }
    assert.match(mistakes(`${bomb.join("\n")}\n`)[0] ?? "", /alias/i);
  });

  it("places mistakes in what an alias stands for where it is written", () => {
    const text = "detectors:\n  - &first { use: x, onStartFailure: never }\nprobes:\n  - *first\n";
    const lines = mistakes(text);
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, /^site\.yml:2:38: /);
  });
});
