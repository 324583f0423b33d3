import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import fc from "fast-check";
import { parse } from "yaml";
import { effectiveYaml } from "../../../core/config/effective-site.js";
import { defineOutput, HTTP, STATUS } from "../../../core/index.js";
import { createPvmon } from "../../../core/testkit/index.js";

const idle = { start: async () => undefined, stop: async () => undefined };
const text = Type.String();

const keeper = defineOutput({
  name: "keeper",
  description: "Takes everything and does nothing.",
  configSchema: Type.Object({
    url: Type.Optional(text),
    password: Type.String({ format: "password", default: "" }),
    folder: Type.String({ format: "path", default: "./data" }),
    list: Type.Array(text, { default: [] }),
    note: Type.Optional(text),
    rate: Type.Number({ default: 2.5 }),
    nested: Type.Object({ deep: Type.Boolean({ default: true }) }, { default: {} }),
  }),
  create: () => idle,
});

/** Each way in which somebody could still read the secret. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const lines = secret.split("\n");
  return [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString("base64"),
    bytes.toString("hex"),
    ...lines,
  ];
}

describe("the configuration that is in force", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-effective-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function shown(site: string, env: Record<string, string> = {}) {
    const pvmon = await createPvmon(site, { folder, env, plugins: { keeper } });
    const answer = pvmon.service(STATUS)?.configuration();
    assert.ok(answer);
    return { ...answer, value: parse(answer.yaml) };
  }

  it("has every option, defaults filled in, and the ids of the plugins", async () => {
    const { file, value } = await shown(
      "name: Ring\noutputs:\n  - use: keeper\n  - { use: keeper, id: other, config: { rate: 7 } }\n",
    );
    assert.equal(file, "site.yml");
    assert.deepEqual(Object.keys(value), [
      "name",
      "log",
      "access",
      "inventory",
      "spool",
      "detectors",
      "probes",
      "stores",
      "outputs",
    ]);
    assert.equal(value.name, "Ring");
    assert.deepEqual(value.log, { level: "info", format: "auto" });
    assert.equal(value.inventory.maxNames, 5_000_000);
    assert.deepEqual(value.detectors, []);
    const config = {
      password: "",
      folder: join(folder, "data"),
      list: [],
      rate: 2.5,
      nested: { deep: true },
    };
    const entry = { use: "keeper", required: true, onStartFailure: "stop" };
    assert.deepEqual(value.outputs, [
      { ...entry, id: "keeper", config },
      { ...entry, id: "other", config: { ...config, rate: 7 } },
    ]);
  });

  it("bears the name of the site file", async () => {
    const path = join(folder, "ring.yml");
    writeFileSync(path, "outputs: [{ use: keeper }]\n");
    assert.equal((await shown(path)).file, "ring.yml");
  });

  it("has no secret in it, from the environment or a file, whole or within other texts, in no encoding", async () => {
    const key =
      "-----BEGIN KEY-----\nMIIEvQIBADANBgkq hkiG9w0B\nAQEFAASC\u00e9#: 'x'\n-----END KEY-----";
    const env = {
      PASSWORD: `hun"ter's: 2\\ %40&é`,
      PLACE: "../safe-place",
      WORDS: `${"several words of a long secret ".repeat(12)}end`,
    };
    writeFileSync(join(folder, "key"), `${key}\n`);
    const { yaml, value } = await shown(
      `name: "the \${env:PASSWORD} site"
outputs:
  - use: keeper
    config:
      password: "\${env:PASSWORD}"
      url: "mysql://me:\${env:PASSWORD}@db/x?key=\${file:key}"
      folder: "./a/\${env:PLACE}/b"
      list: ["\${file:key}", "before \${file:key} after", "plain"]
      note: "it says \${env:WORDS}, and more"
  - use: keeper
    id: encoded
    config: { url: "mysql://me:${encodeURIComponent(env.PASSWORD)}@db" }
`,
      env,
    );
    const answer = JSON.stringify({ yaml });
    for (const form of [...formsOf(env.PASSWORD), ...formsOf(env.WORDS), ...formsOf(key)]) {
      assert.ok(!yaml.includes(form) && !answer.includes(form), `${form} is in ${yaml}`);
    }
    assert.ok(!yaml.includes("safe-place"), yaml);
    const [{ config }, encoded] = value.outputs;
    assert.equal(value.name, "the [secret] site");
    assert.equal(config.password, "[secret]");
    assert.equal(config.url, "mysql://me:[secret]@db/x?key=[secret]");
    assert.deepEqual(config.list, ["[secret]", "before [secret] after", "plain"]);
    assert.equal(config.note, "it says [secret], and more");
    assert.equal(encoded.config.url, "mysql://me:[secret]@db");
  });

  it("has no password in it that stands in the site file, nor have messages", async () => {
    const site = (more: string): string =>
      `outputs: [{ use: keeper, config: { password: hunter2, url: "mysql://me:hunter2@db"${more} } }]\n`;
    const { yaml } = await shown(site(""));
    assert.ok(!yaml.includes("hunter2"), yaml);
    await assert.rejects(shown(site(", hunter2: 1, rate: x")), (error: Error) => {
      assert.match(error.message, /must be number/);
      assert.ok(!error.message.includes("hunter2"), error.message);
      return true;
    });
  });

  it("is YAML that says what the values are, whatever is in them", () => {
    const hide = (value: string): string => value;
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (name, option) => {
        const inventory = { beaconNetworks: [option, `${name}\n${option}`, " # x: 'y'"] };
        const site = { name, inventory, detectors: [], probes: [], stores: [], outputs: [] };
        const yaml = effectiveYaml(site as never, [], hide);
        const value = parse(yaml);
        assert.deepEqual([value.name, value.inventory], [name, inventory]);
      }),
    );
  });

  it("is what the HTTP API answers", async () => {
    const site = `log: { level: silent }\noutputs: [{ use: http-api, config: { port: 0 } }, { use: keeper, config: { url: "x-\${env:PW}" } }]\n`;
    const pvmon = await createPvmon(site, { folder, env: { PW: "hunter2" }, plugins: { keeper } });
    await pvmon.start();
    try {
      const answer = await fetch(`${pvmon.service(HTTP)?.address()}/api/v1/configuration`);
      const body = await answer.text();
      assert.ok(!body.includes("hunter2"), body);
      const { file, yaml } = JSON.parse(body);
      assert.equal(file, "site.yml");
      const [api, other] = parse(yaml).outputs;
      assert.deepEqual([api.id, api.config.maxStreams], ["http-api", 64]);
      assert.equal(other.config.url, "x-[secret]");
    } finally {
      await pvmon.stop();
    }
  });
});
