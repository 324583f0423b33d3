/** The suite of outputs: they do without what is optional, and what they are told of never throws. */
import assert from "node:assert/strict";
import { EVENT_TYPES, type Plugin, type PvmonEvent } from "../../index.js";
import { eventRow } from "../store-rows.js";
import { describeRules } from "./plugin.js";
import { type PluginOptions, Trial } from "./trial.js";

/** What the suite of outputs is told. */
export type OutputOptions = PluginOptions;

/** One of every type, and one of a type that a later pvmon may have. */
function everyEvent(): readonly PvmonEvent[] {
  return [...EVENT_TYPES, "later.unheardOf"].map((type, n) => ({
    ...eventRow(n + 1).event,
    type: type as PvmonEvent["type"],
  }));
}

export function describeOutput(plugin: Plugin, options: OutputOptions = {}): void {
  describeRules(plugin, options, (it) => {
    const hasOptional = Object.values(plugin.needs ?? {}).some(({ optional }) => optional);
    if (hasOptional) {
      it("starts where nobody provides the services that it can do without", () =>
        Trial.with(
          plugin,
          options,
          async (trial) => {
            await trial.start();
            await trial.stop();
          },
          { withOptional: false },
        ));
    }

    it("takes every event, also of a type that it does not know, without throwing", () =>
      Trial.with(plugin, options, async (trial) => {
        await trial.start();
        const listeners = [...trial.services.open].filter(({ member }) =>
          member.startsWith("subscribe"),
        );
        for (const { listener } of listeners) {
          for (const event of everyEvent()) {
            assert.doesNotThrow(
              () => trial.activity.run(() => listener?.(event)),
              `a listener threw at an event ${event.type}`,
            );
          }
        }
      }));
  });
}
