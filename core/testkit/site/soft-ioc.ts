/** A soft IOC for tests: records that the test gives values, served on loopback as EPICS Base would. */
import { createServer } from "node:net";
import type { Records, RecordValue } from "./ioc-channels.js";
import { listenTcp } from "./listening.js";
import { SimulatedIoc } from "./simulated-ioc.js";

/** Where a soft IOC is, and how often it sends beacons. */
export interface SoftIocOptions {
  /** On loopback, 127.0.0.1 unless given. */
  readonly address?: string;
  /** For searches by UDP and circuits by TCP; a free one unless given. */
  readonly port?: number;
  /** Where its beacons go on 127.255.255.255; a port that nobody has unless given. */
  readonly beaconPort?: number;
  /** Between two beacons, after the ramp at its start. 15 s unless given. */
  readonly beaconPeriodMs?: number;
}

export class SoftIoc implements Records {
  readonly #options: SoftIocOptions;
  readonly #values: Map<string, RecordValue>;
  #port: number | undefined;
  #beaconPort: number | undefined;
  #ioc: SimulatedIoc | undefined;
  #server = "";

  /** @param records values by name; a text is a DBR_STRING, a number a DBR_DOUBLE */
  constructor(records: Readonly<Record<string, RecordValue>>, options: SoftIocOptions = {}) {
    this.#options = options;
    this.#port = options.port;
    this.#beaconPort = options.beaconPort;
    this.#values = new Map(Object.entries(records));
  }

  /** `127.0.0.1:41000`, once it has started: where it answers searches and takes circuits. */
  get server(): string {
    return this.#server;
  }

  async start(): Promise<void> {
    const { address = "127.0.0.1", beaconPeriodMs = 15_000 } = this.#options;
    this.#port ??= await freePort(address);
    this.#beaconPort ??= await freePort(address);
    const [port, beaconPort] = [this.#port, this.#beaconPort];
    const ioc = new SimulatedIoc(
      { address, port, names: [], counting: "rsrv", firstBeaconMs: 0 },
      {
        searchPort: port,
        beaconPort,
        heartbeatPort: 0,
        broadcast: "127.255.255.255",
        beaconPeriodMs,
        heartbeatPeriodMs: 0,
        speed: 1,
      },
      this,
    );
    await ioc.start();
    this.#ioc = ioc;
    this.#server = ioc.server;
  }

  /** Its process dies: circuits are closed and beacons end. It may be started again, on the same port. Safe before `start`, and twice. */
  async stop(): Promise<void> {
    const ioc = this.#ioc;
    this.#ioc = undefined;
    await ioc?.kill();
  }

  /** Those who watch it are told. A record that was not there is there from now on. */
  set(record: string, value: RecordValue): void {
    this.#values.set(record, value);
    this.#ioc?.changed(record);
  }

  /** It falls silent on searches and circuits until `recover`, while its beacons go on. */
  hang(): void {
    this.#ioc?.hang();
  }

  recover(): void {
    this.#ioc?.recover();
  }

  has(record: string): boolean {
    return this.#values.has(record);
  }

  /** Also what a client has written. @throws Error for a record that it does not have */
  value(record: string): RecordValue {
    const value = this.#values.get(record);
    if (value === undefined) throw new Error(`there is no record ${record}`);
    return value;
  }

  /** A client writes; values keep their type. */
  write(record: string, value: RecordValue): boolean {
    const isNumber = typeof this.value(record) === "number";
    const taken = isNumber ? Number(value) : String(value);
    if (Number.isNaN(taken)) return false;
    this.set(record, taken);
    return true;
  }
}

async function freePort(address: string): Promise<number> {
  const server = createServer();
  await listenTcp(server, 0, address);
  const found = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof found === "object" && found !== null ? found.port : 0;
}
