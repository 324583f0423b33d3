import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Validator } from "../../../core/config/validator.js";
import { type ErrorCode, PvmonError } from "../../../core/plugin/errors.js";
import { defineOutput, type Plugin } from "../../../core/plugin/plugin.js";
import { Loader } from "../../../core/runtime/loader.js";
import { FIXTURES } from "../repository.js";

const load = (
  use: string,
  folder = FIXTURES,
  given: Record<string, Plugin> = {},
): Promise<Plugin> => new Loader(folder, given, new Validator(folder)).load(use);

async function refusal(use: string, folder?: string): Promise<PvmonError> {
  try {
    await load(use, folder);
  } catch (error) {
    assert.ok(error instanceof PvmonError, String(error));
    return error;
  }
  return assert.fail(`${use} was loaded`);
}

describe("the loader", () => {
  for (const kind of ["detector", "probe", "store", "output"] as const) {
    it(`loads a ${kind} from a path`, async () => {
      assert.equal((await load(`./good-${kind}.js`)).kind, kind);
    });
  }

  it("gives a module from anywhere the pvmon that loads it, and all that belongs to it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-elsewhere-"));
    try {
      const source = `
        import { defineOutput, PvmonError } from "pvmon";
        import { SystemNetwork } from "pvmon/network";
        export default defineOutput({
          name: "elsewhere",
          description: new SystemNetwork().interfaces().length > 0 ? "Sees the network." : "",
          configSchema: { type: "object" },
          create: () => { throw new PvmonError("OPERATION", "its own"); },
        });`;
      writeFileSync(join(folder, "elsewhere.mjs"), source);
      const plugin = await load("./elsewhere.mjs", folder);
      assert.equal(plugin.description, "Sees the network.");
      assert.throws(() => (plugin.create as () => unknown)(), PvmonError);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("loads a CommonJS module", async () => {
    assert.equal((await load("./common-js.cjs")).name, "common-js");
  });

  it("prefers a plugin that is handed over to everything else", async () => {
    const plugin = defineOutput({
      name: "handed-over",
      description: "In memory.",
      configSchema: { type: "object" } as never,
      create: () => ({ start: async () => undefined, stop: async () => undefined }),
    }) as unknown as Plugin;
    assert.equal(await load("handed-over", FIXTURES, { "handed-over": plugin }), plugin);
  });

  const refusals: readonly (readonly [use: string, code: ErrorCode, message: RegExp])[] = [
    [
      "./nowhere.js",
      "PLUGIN_NOT_FOUND",
      /no plugin at "\.\/nowhere\.js": there is no \/.*nowhere\.js/,
    ],
    ["no-such-plugin-anywhere", "PLUGIN_NOT_FOUND", /neither built in \(.*\) nor an npm package/],
    ["good-store.js", "PLUGIN_NOT_FOUND", /did you mean "\.\/good-store\.js"\?/],
    [
      "./dependency-missing.js",
      "PLUGIN_DEPENDENCY_MISSING",
      /was found .* something it needs was not: .*pvmon-fixture-that-nobody-has-installed/,
    ],
    ["./no-default-export.js", "PLUGIN_NO_DEFAULT_EXPORT", /has no default export/],
    [
      "./not-an-object.js",
      "PLUGIN_WRONG_SHAPE",
      /default export must be an object, not "a plugin, honestly"/,
    ],
    ["./without-create.js", "PLUGIN_WRONG_SHAPE", /no member "create"; it must be a function/],
    ["./bad-schema.js", "PLUGIN_WRONG_SHAPE", /configSchema is no valid JSON Schema/],
    [
      "./newer-api.js",
      "PLUGIN_WRONG_API_VERSION",
      /made for plugin API version 2; this pvmon takes version 1/,
    ],
    ["./throws.js", "PLUGIN_THREW", /threw while it was loaded .*: the licence has expired/],
  ];
  for (const [use, code, message] of refusals) {
    it(`refuses ${use} with ${code}`, async () => {
      const error = await refusal(use);
      assert.equal(error.code, code);
      assert.match(error.message, message);
    });
  }

  it("suggests the nearest name for a mistyped one", async () => {
    const given = { "ca-sniffer": {} as Plugin };
    await assert.rejects(
      load("ca-snifer", FIXTURES, given),
      /no plugin "ca-snifer"; did you mean "ca-sniffer"\?/,
    );
  });

  describe("with npm packages", () => {
    let site = "";
    before(() => {
      site = mkdtempSync(join(tmpdir(), "pvmon-packages-"));
      addPackage("pvmon-plugin-screen", {
        "package.json": JSON.stringify({
          name: "pvmon-plugin-screen",
          type: "module",
          exports: "./private.js",
          pvmon: { apiVersion: 1, entry: "./dist/index.js" },
        }),
        "dist/index.js": `import name from "its-own-dependency";
          export default { apiVersion: 1, kind: "output", name, description: "x", configSchema: { type: "object" },
            create: () => ({ start: async () => {}, stop: async () => {} }) };`,
        "node_modules/its-own-dependency/package.json": JSON.stringify({
          name: "its-own-dependency",
          type: "module",
          exports: "./index.js",
        }),
        "node_modules/its-own-dependency/index.js": `export default "screen";`,
      });
      addPackage("@site/newer", {
        "package.json": JSON.stringify({ pvmon: { apiVersion: 9, entry: "./index.js" } }),
      });
      addPackage("no-plugin", { "package.json": JSON.stringify({ name: "no-plugin" }) });
      addPackage("not-built", {
        "package.json": JSON.stringify({ pvmon: { apiVersion: 1, entry: "./dist/index.js" } }),
      });
      mkdirSync(join(site, "deep/er"), { recursive: true });
    });
    after(() => rmSync(site, { recursive: true }));

    function addPackage(name: string, files: Readonly<Record<string, string>>): void {
      for (const [file, text] of Object.entries(files)) {
        const path = join(site, "node_modules", name, file);
        mkdirSync(join(path, ".."), { recursive: true });
        writeFileSync(path, text);
      }
    }

    it("finds one from the site file's folder or above, with dependencies of its own", async () => {
      assert.equal((await load("pvmon-plugin-screen", join(site, "deep/er"))).name, "screen");
    });

    it("takes the folder of a package as a path too", async () => {
      assert.equal((await load("./node_modules/pvmon-plugin-screen", site)).name, "screen");
    });

    for (const [name, code, message] of [
      ["@site/newer", "PLUGIN_WRONG_API_VERSION", /version 9/],
      ["no-plugin", "PLUGIN_WRONG_SHAPE", /has no field "pvmon"/],
      ["not-built", "PLUGIN_NOT_FOUND", /has no entry .*: has it been built\?/],
    ] as const) {
      it(`refuses ${name} with ${code}, without running it`, async () => {
        const error = await refusal(name, site);
        assert.equal(error.code, code);
        assert.match(error.message, message);
      });
    }
  });
});
