/** A sound plugin of each kind, small enough to be read, and the ways to break a part of one. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type Static, Type } from "@sinclair/typebox";
import {
  CLOCK,
  type Clock,
  type Detector,
  defineDetector,
  defineOutput,
  defineProbe,
  type Emitter,
  HISTORY,
  type HistoryService,
  type Host,
  HTTP,
  type HttpService,
  INVENTORY,
  type InventoryService,
  NETWORK,
  type NetworkService,
  type Output,
  optional,
  type Plugin,
  type Probe,
} from "pvmon";

const configSchema = Type.Object(
  {
    port: Type.Integer({ description: "UDP port on loopback.", default: 0 }),
    key: Type.String({ description: "Nobody may know it.", default: "", format: "password" }),
    timing: Type.Object(
      { seconds: Type.Number({ description: "How long.", default: 1 }) },
      { description: "All about time.", default: {}, additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

/** What a plugin is made with, whatever its kind. */
export interface Surroundings {
  readonly config: Static<typeof configSchema>;
  readonly clock: Clock;
  readonly inventory: InventoryService;
  readonly network: NetworkService;
  readonly host: Host;
  readonly emitter: Emitter;
  readonly http?: HttpService;
  readonly history?: HistoryService | undefined;
}

/** What is different in an instance; the sound one is there to be used. */
export type Breaking<I> = (sound: I, around: Surroundings) => Partial<I>;

const silent: Emitter = { emit: () => true, drained: async () => undefined };

/** Emits what comes by UDP, a reading a datagram. */
export function hearing({ config, clock, host, emitter }: Surroundings): Detector {
  const damaged = host.metrics.counter("damaged_datagrams_total", "Datagrams that are no reading");
  let socket: ReturnType<typeof createSocket> | undefined;
  const take = (text: string): void => {
    const value = Number(text);
    const fields = { value };
    const at = clock.now();
    if (Number.isNaN(value)) damaged.add();
    else emitter.emit({ type: "site", at, subject: "host", name: "10.7.0.1", fields });
  };
  return {
    async start() {
      const opened = createSocket("udp4", (bytes) => take(bytes.toString()));
      socket = opened;
      opened.bind(config.port, "127.0.0.1");
      await once(opened, "listening", { signal: host.signal });
    },
    async stop() {
      const opened = socket;
      socket = undefined;
      if (opened !== undefined) await new Promise<void>((resolve) => opened.close(() => resolve()));
    },
  };
}

export function detector(breaking?: Breaking<Detector>, changes: object = {}): Plugin {
  const plugin = defineDetector({
    name: "sound-detector",
    description: "Hears readings of racks.",
    configSchema,
    needs: { clock: CLOCK, inventory: INVENTORY, network: NETWORK },
    create({ config, services, host, emitter }) {
      const around = { config, ...services, host, emitter };
      const sound = hearing(around);
      return { ...sound, ...breaking?.(sound, around) };
    },
  });
  return { ...plugin, ...changes };
}

/** Answers after a while that nobody has the name. */
export function asking({ clock }: Surroundings): Probe {
  const stopped = new AbortController();
  return {
    purpose: "nobody",
    start: async () => undefined,
    stop: async () => stopped.abort(),
    async probe(targets, signal) {
      signal.throwIfAborted();
      const either = AbortSignal.any([signal, stopped.signal]);
      if (targets.length > 0) await clock.sleep(30, either).catch(() => undefined);
      signal.throwIfAborted();
      return targets.map(({ name }) => ({ name, answers: [], tries: 1, waitedMs: 30 }));
    },
  };
}

export function probe(breaking?: Breaking<Probe>, changes: object = {}): Plugin {
  const plugin = defineProbe({
    name: "sound-probe",
    description: "Asks for names that nobody has.",
    configSchema,
    needs: { clock: CLOCK, inventory: INVENTORY, network: NETWORK },
    create({ config, services, host, emitter }) {
      const around = { config, ...services, host, emitter };
      const sound = asking(around);
      return { ...sound, ...breaking?.(sound, around) };
    },
  });
  return { ...plugin, ...changes };
}

/** Counts events, and has a page. */
export function counting({ config, clock, inventory, http, host }: Surroundings): Output {
  const ends: (() => void)[] = [];
  let events = 0;
  host.metrics.gauge("events", "Events so far", () => events);
  return {
    async start() {
      if (config.port < 0) throw new Error(`there is no port ${config.port}`);
      ends.push(inventory.subscribe(() => events++));
      if (http) ends.push(http.mount("/events", (_, response) => response.end(`${events}`)));
      ends.push(clock.every(1000, () => host.status.ok()));
    },
    async stop() {
      for (const end of ends.splice(0)) end();
    },
  };
}

export function output(breaking?: Breaking<Output>, changes: object = {}): Plugin {
  const plugin = defineOutput({
    name: "sound-output",
    description: "Counts the events of the site.",
    configSchema,
    needs: {
      clock: CLOCK,
      inventory: INVENTORY,
      network: NETWORK,
      http: HTTP,
      history: optional(HISTORY),
    },
    create({ config, services, host }) {
      const around = { config, ...services, host, emitter: silent };
      const sound = counting(around);
      return { ...sound, ...breaking?.(sound, around) };
    },
  });
  return { ...plugin, ...changes };
}

/** The schema of the sound ones with more options, and other members. */
export function schemaWith(properties: object, changes: object = {}): object {
  return { ...configSchema, properties: { ...configSchema.properties, ...properties }, ...changes };
}
