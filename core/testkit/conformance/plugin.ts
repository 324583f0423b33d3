/** The suites that a plugin's own tests join in a few lines: what holds for every kind, and for each kind more. */
import type { Plugin } from "../../index.js";
import { definitionRules } from "./definition-rules.js";
import { lifecycleRules } from "./lifecycle-rules.js";
import { type It, runnerOf } from "./runner.js";
import type { PluginOptions } from "./trial.js";

/** The suite of every plugin: what holds for all kinds. */
export function describePlugin(plugin: Plugin, options: PluginOptions = {}): void {
  describeRules(plugin, options, () => undefined);
}

/** The rules for all kinds, and those that `more` adds. */
export function describeRules(
  plugin: Plugin,
  options: PluginOptions,
  more: (it: It) => void,
): void {
  const { describe, it } = runnerOf(options);
  describe(`${plugin.name} keeps the contract of ${plugin.kind}s`, () => {
    definitionRules(plugin, options, it);
    lifecycleRules(plugin, options, it);
    more(it);
  });
}
