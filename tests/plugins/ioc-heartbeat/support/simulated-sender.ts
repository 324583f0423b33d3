/** A sender of heartbeats without a network: it takes requests as sent and replies at once, where the test lets it. */
import type { Endpoint } from "pvmon";
import { FakeClock, RecordingHost } from "pvmon/testkit";
import { LIST_PVS } from "../../../../plugins/ioc-heartbeat/asking/protocol.js";
import { Requester } from "../../../../plugins/ioc-heartbeat/asking/requester.js";
import { createCounters } from "../../../../plugins/ioc-heartbeat/counters.js";
import type { Heartbeat } from "../../../../plugins/ioc-heartbeat/heartbeat.js";
import { type Sender, Senders } from "../../../../plugins/ioc-heartbeat/senders.js";

export const ADDRESS: Endpoint = { ip: 0x0a070001, port: 40_001 };

export function heartbeat(changes: Partial<Heartbeat> = {}): Heartbeat {
  return {
    version: "2.0",
    sequence: 10,
    serverPort: 5064,
    servesCa: true,
    upSeconds: 300,
    hostTimeAt: null,
    pid: 77,
    image: "x",
    command: "st.cmd",
    directory: "/x",
    ...changes,
  };
}

export interface Asked {
  readonly at: number;
  readonly to: Endpoint;
  readonly command: number;
  readonly counter: number;
  readonly offset: number;
  readonly handle: number;
}

/** What a request is answered with: texts of datagrams, none for silence. */
export type Answer = (
  request: Asked,
  number: number,
  simulated: SimulatedSender,
) => readonly string[];

export class SimulatedSender {
  readonly clock = new FakeClock();
  readonly host = new RecordingHost("ioc-heartbeat");
  readonly counters = createCounters(this.host.metrics);
  readonly senders = new Senders(this.clock);
  readonly asked: Asked[] = [];
  readonly requester: Requester;
  readonly sender: Sender;

  constructor(answer: Answer, config: object = {}) {
    this.requester = new Requester({
      config: {
        enabled: true,
        datagramsPerSecond: 1000,
        datagramsPerSecondPerIoc: 100,
        atOnce: 8,
        timeoutMs: 1000,
        tries: 3,
        ...config,
      },
      clock: this.clock,
      senders: this.senders,
      counters: this.counters,
      socket: () => ({
        send: (bytes, to, sent) => {
          const [command, counter, offset, handle] = words(bytes);
          const asked = { at: this.clock.elapsed(), to, command, counter, offset, handle } as Asked;
          this.asked.push(asked);
          sent?.(null);
          for (const text of answer(asked, this.asked.length, this)) {
            queueMicrotask(() => this.requester.receive(Buffer.from(text, "latin1"), to));
          }
        },
      }),
    });
    this.sender = this.hear();
  }

  /** Its next heartbeat. */
  hear(changes: Partial<Heartbeat> = {}, from: Endpoint = ADDRESS): Sender {
    return this.senders.heard(heartbeat(changes), from)!.sender;
  }

  count(name: string): number {
    return this.host.counters.get(name) ?? 0;
  }

  /** Lets time pass until `reading` has ended. */
  async finish<T>(reading: Promise<T>): Promise<T> {
    return await this.clock.until(reading);
  }
}

function words(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [0, 4, 8, 12].map((at) => view.getUint32(at));
}

/** The page of a list that a request asks for. */
export function pageOf(names: readonly string[], { command, offset, handle }: Asked): string {
  if (command !== LIST_PVS) throw new Error("not a request for PVs");
  const pvs = names.slice(offset, offset + 10);
  return JSON.stringify({
    handle: `${handle}`,
    offset: `${offset}`,
    pvs,
    total: `${names.length}`,
  });
}

/** The line of a map that a request asks for, not escaped, as senders write it. */
export function lineOf(lines: readonly string[], { offset, handle }: Asked, build = 1): string {
  return `{"h":"${handle}","o":"${offset}","b":"${build}","l":"${lines[offset] ?? "__NONE__"}"}`;
}
