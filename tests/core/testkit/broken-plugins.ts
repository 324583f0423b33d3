/** Plugins that each break one rule, with the rule that has to catch them. */
import { execFileSync, fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Plugin } from "pvmon";
import {
  counting,
  detector,
  output,
  probe,
  type Surroundings,
  schemaWith,
} from "./sound-plugins.js";

export interface BrokenPlugin {
  /** How it is broken: a plugin that … */
  readonly how: string;
  readonly rule: string;
  readonly plugin: Plugin;
}

const TAKEN = "is a plugin that pvmon takes in the section of its kind";
const NAMED = "has a name in kebab-case, and says in one line what it does";
const DESCRIBED = "describes every option";
const DEFAULTED = "has a default for every option that need not be given";
const DEFAULTS = "has defaults that its own schema takes";
const STRICT = "refuses options that it does not know, so that a mistyped one is told of";
const CREATED = "does no I/O when it is created, and begins nothing";
const UNSTARTED = "can be stopped before it was started";
const TWICE = "can be stopped twice";
const ENDED = "has ended every timer, socket, child and subscription when it has stopped";
const WHILE =
  "can be stopped while it starts: its signal aborts, its start ends, and nothing is left";
const METRICS =
  "has metrics with names in snake_case, a total for each counter, a help text and numbers";
const FAILED = "rejects with a reason when it cannot start, and leaves nothing behind";
const FINDINGS =
  "finds out what it needs of the machine, says what to do, and leaves nothing behind";
const SECRET = "never tells a secret: not in its log, its status, its metrics or an error";

const WORKER = new URL("data:text/javascript,setInterval(() => undefined, 1000)");
const CHILD = ["-e", "setInterval(() => undefined, 1000)"];

/** Begins something beside what the sound one begins, once it has run for a moment, and forgets it. */
function forgetting(begin: (around: Surroundings) => () => unknown): Plugin {
  return probe((sound, around) => {
    let cancel: (() => void) | undefined;
    return {
      async start() {
        cancel = around.clock.after(20, () => left.push(begin(around)));
        await sound.start();
      },
      async stop() {
        cancel?.();
        await sound.stop();
      },
    };
  });
}

const left: (() => unknown)[] = [];

/** Ends what broken plugins left behind. */
export async function clearAway(): Promise<void> {
  for (const end of left.splice(0)) await end();
}

const keep =
  <T>(thing: T, end: (thing: T) => unknown): (() => unknown) =>
  () =>
    end(thing);

export const BROKEN_PLUGINS: readonly BrokenPlugin[] = [
  { how: "is of another API version", rule: TAKEN, plugin: output(undefined, { apiVersion: 2 }) },
  { how: "needs what is no token", rule: TAKEN, plugin: probe(undefined, { provides: {} }) },
  { how: "has a name with capitals", rule: NAMED, plugin: output(undefined, { name: "MyOutput" }) },
  { how: "says nothing of itself", rule: NAMED, plugin: output(undefined, { description: "x" }) },
  {
    how: "has an option that nobody explains",
    rule: DESCRIBED,
    plugin: output(undefined, {
      configSchema: schemaWith({ more: { type: "number", default: 1 } }),
    }),
  },
  {
    how: "has an option without a default",
    rule: DEFAULTED,
    plugin: output(undefined, {
      configSchema: schemaWith({ more: { type: "number", description: "More." } }),
    }),
  },
  {
    how: "has a default that is out of its own range",
    rule: DEFAULTS,
    plugin: output(undefined, {
      configSchema: schemaWith({
        // The suite gives it, as a site might not.
        port: { type: "integer", description: "A port.", default: "none" },
      }),
    }),
  },
  {
    how: "takes any option",
    rule: STRICT,
    plugin: output(undefined, { configSchema: schemaWith({}, { additionalProperties: true }) }),
  },
  {
    how: "takes any option in a section",
    rule: STRICT,
    plugin: output(undefined, {
      configSchema: schemaWith({
        loose: {
          type: "object",
          description: "Anything.",
          default: {},
          properties: { more: { type: "string", description: "A text.", default: "" } },
        },
      }),
    }),
  },
  {
    how: "reads a file when it is created",
    rule: CREATED,
    plugin: output(() => {
      readFileSync(import.meta.filename);
      return {};
    }),
  },
  {
    how: "runs a program when it is created",
    rule: CREATED,
    plugin: output(() => {
      execFileSync("true");
      return {};
    }),
  },
  {
    how: "opens a socket when it is created",
    rule: CREATED,
    plugin: probe((sound) => {
      const socket = createSocket("udp4");
      return {
        async stop() {
          await sound.stop();
          await new Promise<void>((resolve) => {
            try {
              socket.close(() => resolve());
            } catch {
              resolve();
            }
          });
        },
      };
    }),
  },
  {
    how: "sets a timer when it is created",
    rule: CREATED,
    plugin: probe((sound, { clock }) => {
      const cancel = clock.after(1000, () => undefined);
      return {
        async stop() {
          cancel();
          await sound.stop();
        },
      };
    }),
  },
  {
    how: "subscribes when it is created",
    rule: CREATED,
    plugin: probe((sound, { inventory }) => {
      const cancel = inventory.subscribe(() => undefined);
      return {
        async stop() {
          cancel();
          await sound.stop();
        },
      };
    }),
  },
  {
    how: "cannot be stopped before it was started",
    rule: UNSTARTED,
    plugin: output((sound) => {
      let isStarted = false;
      return {
        async start() {
          isStarted = true;
          await sound.start();
        },
        async stop() {
          if (!isStarted) throw new Error("it does not run");
          await sound.stop();
        },
      };
    }),
  },
  {
    how: "hangs when it is stopped a second time",
    rule: TWICE,
    plugin: output((sound) => {
      let stops = 0;
      return {
        async stop() {
          await sound.stop();
          // The suite itself stops what is stopped already.
          if (++stops === 2) await new Promise(() => undefined);
        },
      };
    }),
  },
  {
    how: "forgets a timer",
    rule: ENDED,
    plugin: forgetting(() =>
      keep(
        setInterval(() => undefined, 1000),
        clearInterval,
      ),
    ),
  },
  {
    how: "forgets a timer of CLOCK",
    rule: ENDED,
    plugin: forgetting(({ clock }) => clock.every(1000, () => undefined)),
  },
  {
    how: "forgets a socket",
    rule: ENDED,
    plugin: forgetting(() => keep(createSocket("udp4"), (socket) => socket.close())),
  },
  {
    how: "forgets a socket of NETWORK",
    rule: ENDED,
    plugin: forgetting(({ network }) => {
      const failed = () => undefined;
      const opening = network.openUdp({ datagram: () => undefined, failed });
      return () => void opening.then((socket) => socket.close());
    }),
  },
  {
    how: "forgets a worker thread",
    rule: ENDED,
    plugin: forgetting(() => keep(new Worker(WORKER), (worker) => worker.terminate())),
  },
  {
    how: "forgets a child",
    rule: ENDED,
    plugin: forgetting(() =>
      keep(fork("-", { execArgv: CHILD, stdio: "ignore" }), (child) => child.kill()),
    ),
  },
  {
    how: "forgets a subscription",
    rule: ENDED,
    plugin: forgetting(({ inventory }) => inventory.subscribe(() => undefined)),
  },
  {
    how: "goes on starting when it is stopped",
    rule: WHILE,
    plugin: output((sound) => ({
      async start() {
        await sleep(20);
        await sound.start();
      },
    })),
  },
  {
    how: "waits for ever when it is stopped while it starts",
    rule: WHILE,
    plugin: detector((sound, { host }) => ({
      async start() {
        await sound.start().catch(() => undefined);
        if (host.signal.aborted) await new Promise(() => undefined);
      },
    })),
  },
  {
    how: "names a metric with dashes",
    rule: METRICS,
    plugin: output((_, { host }) => {
      host.metrics.gauge("bad-name", "A figure", () => 1);
      return {};
    }),
  },
  {
    how: "has a counter that does not look like one",
    rule: METRICS,
    plugin: output((_, { host }) => {
      host.metrics.counter("datagrams", "Datagrams");
      return {};
    }),
  },
  {
    how: "explains nothing of a metric",
    rule: METRICS,
    plugin: output((_, { host }) => {
      host.metrics.gauge("figure", "", () => 1);
      return {};
    }),
  },
  {
    how: "has a gauge that is no number",
    rule: METRICS,
    plugin: output((_, { host }) => {
      host.metrics.gauge("figure", "A figure", () => Number.NaN);
      return {};
    }),
  },
  {
    how: "starts although it cannot",
    rule: FAILED,
    plugin: output((_, around) => counting({ ...around, config: { ...around.config, port: 0 } })),
  },
  {
    how: "leaves its beginning behind when it cannot start",
    rule: FAILED,
    plugin: output((_, around) => {
      const sound = counting({ ...around, config: { ...around.config, port: 0 } });
      return {
        ...sound,
        async start() {
          await sound.start();
          if (around.config.port < 0) throw new Error("there is no such port");
        },
      };
    }),
  },
  {
    how: "finds nothing that it needs",
    rule: FINDINGS,
    plugin: output(undefined, { diagnose: async () => [] }),
  },
  {
    how: "finds a fault and does not say what to do",
    rule: FINDINGS,
    plugin: output(undefined, {
      diagnose: async () => [{ subject: "port", state: "failed", saw: "it is taken" }],
    }),
  },
  {
    how: "leaves a socket behind when it has looked",
    rule: FINDINGS,
    plugin: output(undefined, {
      async diagnose() {
        const socket = createSocket("udp4").bind(0, "127.0.0.1");
        left.push(keep(socket, () => socket.close()));
        return [{ subject: "port", state: "ok", saw: "free" }];
      },
    }),
  },
  {
    how: "logs its secret",
    rule: SECRET,
    plugin: output((sound, { config, host }) => ({
      async start() {
        host.log.debug("starting", { with: { all: config } });
        await sound.start();
      },
    })),
  },
  {
    how: "shows its secret in its status",
    rule: SECRET,
    plugin: output((sound, { config, host }) => ({
      async start() {
        await sound.start();
        host.status.degraded(`the key ${config.key} is old`);
      },
    })),
  },
];
