/** What a crash costs those who are told: nothing. pvmon as a process, killed while a notification waits, and a real store. */
import assert from "node:assert/strict";
import { HttpPlace, waitFor } from "../../peers/index.js";
import { PvmonProcess } from "../../site/pvmon-process.js";
import { Receiver } from "./receiver.js";

const PATIENCE_MS = 30_000;

const siteWith = (url: string): string => `
name: restarts
log: { format: json }
spool: { folder: PATH/spool }
stores:
  - { use: sqlite-store, config: { path: PATH/pvmon.sqlite } }
outputs:
  - use: http-api
  - use: alerts
    config:
      destinations: [{ name: hook, kind: webhook, url: "${url}" }]
      rules: [{ name: notes, events: [operator.noted] }]
      waitSeconds: 1
      intervalSeconds: 1
      folder: PATH/alerts
`;

describe("alerts of a pvmon that is killed", function () {
  this.timeout(120_000);
  let receiver: Receiver;
  let pvmon: PvmonProcess;

  before(async () => {
    receiver = await Receiver.start();
    pvmon = new PvmonProcess(new HttpPlace([], {}), siteWith(receiver.url));
    await pvmon.start();
  });
  after(async () => {
    await receiver?.stop();
    pvmon?.remove();
  });

  const note = (text: string) => pvmon.post("/api/v1/logs", { text });
  const notes = (i: number): string[] => {
    const { happened } = receiver.received[i]!.body as { happened: { items: { text: string }[] } };
    return happened.items.map(({ text }) => text);
  };
  const sent = (count: number) =>
    waitFor(
      `${count} were taken`,
      async () => (await pvmon.counter("alerts", "notifications_sent_total")) === count,
      PATIENCE_MS,
    );

  it("are told when it is back, those that were on their way and those that were waited for, and no others", async () => {
    await note("told");
    await receiver.until(1);
    await sent(1);
    receiver.status = 503;
    await note("refused");
    await receiver.until(2);
    await note("waiting");
    await pvmon.kill();
    receiver.received.length = 0;
    receiver.status = 200;

    await pvmon.start();
    await receiver.until(1);
    await sent(1);
    await note("later");
    await receiver.until(2);
    assert.deepEqual(
      [notes(0), notes(1)].map((texts) => texts.map((text) => /\w+$/.exec(text)?.[0])),
      [["refused", "waiting"], ["later"]],
    );
    assert.equal(receiver.received.length, 2);

    await pvmon.stop();
    await pvmon.start();
    await note("last");
    await receiver.until(3);
    assert.match(String(notes(2)), /last$/);
  });
});
