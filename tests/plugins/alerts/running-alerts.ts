/** The plugin at a small site that stands still, with somebody who gets its notifications. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventType, PvmonEvent } from "pvmon";
import { createInstance, type RecordingHost } from "pvmon/testkit";
import alerts from "../../../plugins/alerts/index.js";
import { waitFor } from "../../peers/index.js";
import { FakeSite, type RunningApi, startApi } from "../http-api/fake-site.js";
import { Receiver } from "./receiver.js";
import { eventOf } from "./scene.js";

export const RULES = [
  { name: "hosts", events: ["host.lost"] },
  { name: "servers", events: ["server.lost"] },
];

/** A server of the site that is lost, and stays so however often it is looked at. */
export const LOST = "10.7.0.2:5064";

export class RunningAlerts {
  readonly site = new FakeSite();
  readonly folder = mkdtempSync(join(tmpdir(), "pvmon-alerts-"));
  readonly receiver: Receiver;
  #api: RunningApi | undefined;
  #stop: (() => Promise<void>) | undefined;

  private constructor(receiver: Receiver) {
    this.site.events = [];
    this.receiver = receiver;
  }

  /** Nothing runs yet but the receiver. */
  static async open(): Promise<RunningAlerts> {
    return new RunningAlerts(await Receiver.start());
  }

  /** With {@link RULES} for the receiver, unless `config` says otherwise. */
  async start(config: object = {}): Promise<RecordingHost> {
    const { site, receiver, folder } = this;
    const destinations = [{ name: "hook", kind: "webhook", url: receiver.url }];
    const all = { rules: RULES, destinations, folder, ...config };
    const { instance, host } = createInstance(alerts, all, { ...site, http: this.#api?.http });
    this.#stop = () => instance.stop();
    await instance.start();
    await site.clock.advance(0);
    return host;
  }

  async stop(): Promise<void> {
    await this.#stop?.();
  }

  /** Where its pages are, from the next start on. */
  async serve(): Promise<string> {
    this.#api = await startApi(this.site);
    return this.#api.url;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#api?.stop();
    await this.receiver.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Now, as pvmon tells it; history has it, too. */
  happens(type: EventType, subject: string, more: Partial<PvmonEvent> = {}): void {
    const { site } = this;
    const event = eventOf(type, subject, site.clock.now(), more);
    site.events = [event, ...site.events];
    site.publish(event);
  }

  /** What notification `i` is about, of what began or else of another list. */
  subjects(i: number, list: "began" | "ended" | "happened" = "began"): string[] {
    const body = this.receiver.received[i]?.body as Record<
      string,
      { items: { subject: string }[] }
    >;
    return body[list]!.items.map(({ subject }) => subject);
  }

  sent(host: RecordingHost, count: number): Promise<boolean> {
    const counter = "notifications_sent_total";
    return waitFor("it is taken", () => host.counters.get(counter) === count, 5000);
  }
}
