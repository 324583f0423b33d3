/** Rules about the plugin object itself and its options: what pvmon, `pvmon check`, editors and READMEs rely on. */
import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { CLOCK, type Plugin } from "../../index.js";
import { createPvmon } from "../../pvmon.js";
import { FakeClock } from "../fake-clock.js";
import { type OptionSchema, optionsOf, sectionsOf } from "./option-schemas.js";
import type { It } from "./runner.js";
import { TrialServices } from "./services.js";
import type { PluginOptions } from "./trial.js";

const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const SECTIONS = { detector: "detectors", probe: "probes", store: "stores", output: "outputs" };

const NONE: readonly string[] = [];

export function definitionRules(plugin: Plugin, options: PluginOptions, it: It): void {
  const schema = Object(plugin.configSchema) as OptionSchema;

  it("is a plugin that pvmon takes in the section of its kind", async () => {
    const { config = {}, services = [] } = options;
    const clock = new FakeClock();
    const extra = typeof services === "function" ? services() : services;
    const given = await TrialServices.of(plugin, clock, extra);
    const entry = {
      use: "on-trial",
      config: typeof config === "function" ? await config() : config,
    };
    const section = SECTIONS[plugin.kind] ?? "detectors";
    const pvmon = await createPvmon(`${JSON.stringify({ name: "x", [section]: [entry] })}\n`, {
      plugins: { "on-trial": plugin },
      override: [...given.overrides(plugin), [CLOCK, clock]],
      logTo: new Writable({ write: (_chunk, _encoding, done) => done() }),
    });
    await pvmon.stop();
  });

  it("has a name in kebab-case, and says in one line what it does", async () => {
    assert.match(String(plugin.name), KEBAB_CASE, "its name");
    assert.match(String(plugin.description), /^\S.{8,}$/, "its description is one line");
  });

  it("describes every option", async () => {
    const bad = optionsOf(schema).filter(
      ({ schema: { description } }) => typeof description !== "string" || description === "",
    );
    assert.deepEqual(
      bad.map(({ path }) => path),
      NONE,
      "options without a description",
    );
  });

  it("has a default for every option that need not be given", async () => {
    const bad = optionsOf(schema).filter(
      // A file to read is somebody's own.
      ({ schema: { default: value, format }, isRequired }) =>
        value === undefined && !isRequired && format !== "path",
    );
    assert.deepEqual(
      bad.map(({ path }) => path),
      NONE,
      "options without a default",
    );
  });

  it("has defaults that its own schema takes", async () => {
    const ajv = new Ajv({ strict: false, useDefaults: true });
    addFormats.default(ajv);
    for (const format of ["path", "password", "cidr"]) ajv.addFormat(format, true);
    const bad = optionsOf(schema).filter(
      ({ schema: option }) =>
        option.default !== undefined && !ajv.validate(option, structuredClone(option.default)),
    );
    assert.deepEqual(
      bad.map(({ path }) => path),
      NONE,
      "options whose default is wrong",
    );
  });

  it("refuses options that it does not know, so that a mistyped one is told of", async () => {
    const bad = sectionsOf(schema).filter((entry) => entry.schema.additionalProperties !== false);
    assert.deepEqual(
      bad.map(({ path }) => path),
      NONE,
      "sections without additionalProperties: false",
    );
  });
}
