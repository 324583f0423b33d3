/** Plugins for a whole pvmon in a test: a detector that says what the test says, and a store that remembers as long as it lives. */
import {
  defineDetector,
  defineStore,
  type Emitter,
  HISTORY,
  type Observation,
  type Plugin,
} from "../index.js";
import { MemoryStore } from "./memory-store.js";

const configSchema = { type: "object", properties: {}, additionalProperties: false } as never;
const idle = { start: async () => undefined, stop: async () => undefined };

/** A detector, and what makes it speak. */
export interface Puppet {
  readonly plugin: Plugin;
  /** As the detector's own: false when there is no room. @throws Error before a pvmon has made the plugin */
  emit(observation: Observation): boolean;
}

/** A detector named `puppet`, which emits what the test says. */
export function createPuppet(): Puppet {
  let emitter: Emitter | undefined;
  const plugin = defineDetector({
    name: "puppet",
    description: "Says what a test says.",
    configSchema,
    create: (context) => {
      emitter = context.emitter;
      return idle;
    },
  });
  return {
    plugin,
    emit: (observation) => {
      if (emitter === undefined) throw new Error("no pvmon has made the puppet: use: puppet");
      return emitter.emit(observation);
    },
  };
}

/** A store named `memory`, which has a HISTORY and remembers as long as it lives. */
export function createMemory(store: MemoryStore = new MemoryStore()): Plugin {
  return defineStore({
    name: "memory",
    description: "Remembers while it runs.",
    configSchema,
    provides: HISTORY,
    create: () => store,
  });
}
