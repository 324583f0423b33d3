/** Detectors, probes and outputs that each break one rule of their kind. */
import { EVENT_TYPES, type EventDraft, type Observation, type ProbeOutcome } from "pvmon";
import type { BrokenPlugin } from "./broken-plugins.js";
import { counting, detector, hearing, output, probe } from "./sound-plugins.js";

const SIGHTS = "emits what it sees, as observations that pvmon knows, with the time of CLOCK";
const ROOM = "goes on when the host has no room";
const STOPPED = "emits nothing once it has stopped";
const DAMAGE = "counts what makes no sense, and goes on";
const PURPOSE = "says in one word what it finds out";
const OUTCOMES = "answers one outcome for each target, in order, also when one comes twice";
const NOTHING = "answers nothing when it is asked for nothing";
const ABORTED = "rejects when its signal aborts, and when it has aborted before";
const NOBODY_WAITS = "lets nobody wait for an answer when it is stopped";
const OPTIONAL = "starts where nobody provides the services that it can do without";
const EVENTS = "takes every event, also of a type that it does not know, without throwing";

/** Answers the sound outcomes changed. */
const outcomes = (change: (all: readonly ProbeOutcome[]) => readonly ProbeOutcome[]) =>
  probe((sound) => ({
    probe: async (targets, signal) => {
      const all = await sound.probe(targets, signal);
      return all.length === 0 ? all : change(all);
    },
  }));

const each = (changes: Partial<ProbeOutcome>) =>
  outcomes((all) => all.map((one) => ({ ...one, ...changes })));

/** Emits something else than the sound one. */
const emitting = (change: (seen: Observation) => Observation) =>
  detector((_, around) => {
    const { emitter } = around;
    return hearing({ ...around, emitter: { ...emitter, emit: (o) => emitter.emit(change(o)) } });
  });

export const BROKEN_KINDS: readonly BrokenPlugin[] = [
  {
    how: "dates what it sees by the machine's clock",
    rule: SIGHTS,
    plugin: emitting((seen) => ({ ...seen, at: Date.now() }) as Observation),
  },
  {
    how: "emits what nobody knows",
    rule: SIGHTS,
    plugin: emitting((seen) => ({ ...seen, type: "weather" }) as unknown as Observation),
  },
  {
    how: "gives up when there is no room",
    rule: ROOM,
    plugin: detector((_, around) => {
      const { emitter, host } = around;
      const emit = (seen: Observation): boolean => {
        const hasRoom = emitter.emit(seen);
        if (!hasRoom) host.status.failed("there is no room");
        return hasRoom;
      };
      return hearing({ ...around, emitter: { ...emitter, emit } });
    }),
  },
  {
    how: "says a last word after its end",
    rule: STOPPED,
    plugin: detector((sound, { emitter, clock }) => ({
      async stop() {
        await sound.stop();
        const fields = { value: 0 };
        const last = (): void => {
          const at = clock.now();
          emitter.emit({ type: "site", at, subject: "host", name: "10.7.0.1", fields });
        };
        setTimeout(last, 20);
      },
    })),
  },
  {
    how: "counts nothing of what is damaged",
    rule: DAMAGE,
    plugin: detector((_, around) => {
      const { host } = around;
      const counter = () => ({ add: () => undefined });
      const { id, log, signal, status } = host;
      const metrics = { counter, gauge: host.metrics.gauge };
      return hearing({ ...around, host: { id, log, signal, status, metrics } });
    }),
  },
  {
    how: "has a purpose of several words",
    rule: PURPOSE,
    plugin: probe(() => ({ purpose: "A b" })),
  },
  { how: "leaves out the last", rule: OUTCOMES, plugin: outcomes((all) => all.slice(0, -1)) },
  {
    how: "answers in another order",
    rule: OUTCOMES,
    plugin: outcomes(([one, two, ...rest]) => [two!, one!, ...rest]),
  },
  {
    how: "answers once for a name that comes twice",
    rule: OUTCOMES,
    plugin: outcomes((all) => [...new Map(all.map((one) => [one.name, one])).values()]),
  },
  { how: "has half a try", rule: OUTCOMES, plugin: each({ tries: 0.5 }) },
  { how: "has an error without words", rule: OUTCOMES, plugin: each({ error: "" }) },
  {
    how: "answers a server that is none",
    rule: OUTCOMES,
    plugin: each({ answers: [{ server: "ioc1", afterMs: 3 }] }),
  },
  {
    how: "hangs when it is asked for nothing",
    rule: NOTHING,
    plugin: probe((sound) => ({
      probe: (targets, signal) =>
        targets.length === 0 ? new Promise(() => undefined) : sound.probe(targets, signal),
    })),
  },
  {
    how: "does not look at its signal",
    rule: ABORTED,
    plugin: probe((sound) => ({
      probe: (targets) => sound.probe(targets, new AbortController().signal),
    })),
  },
  {
    how: "lets people wait when it is stopped",
    rule: NOBODY_WAITS,
    plugin: probe((sound) => {
      let isStopped = false;
      return {
        async stop() {
          isStopped = true;
          await sound.stop();
        },
        async probe(targets, signal) {
          const all = await sound.probe(targets, signal);
          return isStopped ? new Promise(() => undefined) : all;
        },
      };
    }),
  },
  {
    how: "cannot do without what it calls optional",
    rule: OPTIONAL,
    plugin: output((sound, { history }) => ({
      async start() {
        if (history === undefined) throw new Error("there is no history");
        await sound.start();
      },
    })),
  },
  {
    how: "throws at an event that it does not know",
    rule: EVENTS,
    plugin: output((_, around) => {
      const { inventory } = around;
      const subscribe = (listener: (event: EventDraft) => void): (() => void) =>
        inventory.subscribe((event) => {
          if (!(EVENT_TYPES as readonly string[]).includes(event.type)) throw new Error(event.type);
          listener(event);
        });
      return counting({ ...around, inventory: { ...inventory, subscribe } });
    }),
  },
];
