/** What is done with a notification until it is taken, and when it never is. */
import assert from "node:assert/strict";
import { FakeClock, RecordingHost } from "pvmon/testkit";
import type { Notification } from "../../../plugins/alerts/rules/alert.js";
import { Delivery } from "../../../plugins/alerts/senders/delivery.js";
import { SendError } from "../../../plugins/alerts/senders/sender.js";
import { notificationOf } from "./notification.js";

const UNOBSERVED = { changed: () => undefined, done: async () => undefined };

describe("delivery", () => {
  const setUp = (send: (notification: Notification) => Promise<void>) => {
    const clock = new FakeClock();
    const host = new RecordingHost("alerts");
    const delivery = new Delivery("d", { send }, clock, host, UNOBSERVED);
    return { clock, host, delivery };
  };

  it("tries again with longer and longer pauses until it is taken, in order", async () => {
    const tries: number[] = [];
    const taken: Notification[] = [];
    const { clock, host, delivery } = setUp(async (notification) => {
      tries.push(clock.elapsed());
      if (tries.length <= 4) throw new SendError("down");
      taken.push(notification);
    });
    const [first, second] = [notificationOf(), notificationOf()];
    const begun = clock.elapsed();
    delivery.add(first);
    delivery.add(second);
    await clock.advance(500);
    assert.deepEqual([delivery.state.error, delivery.state.waiting], ["down", 2]);
    await clock.advance(60_000);
    assert.deepEqual(
      tries.map((at) => at - begun),
      [0, 1000, 3000, 7000, 15_000, 15_000],
    );
    assert.deepEqual(taken, [first, second]);
    assert.deepEqual([delivery.state.error, delivery.state.sent], [null, 2]);
    assert.equal(host.counters.get("notification_failures_total"), 4);
  });

  it("takes ten and then has no room until one is taken", async () => {
    let isDown = true;
    const { clock, delivery } = setUp(async () => {
      if (isDown) throw new SendError("down");
    });
    for (let i = 0; i < 10; i++) {
      assert.equal(delivery.hasRoom, true);
      delivery.add(notificationOf());
    }
    assert.equal(delivery.hasRoom, false);
    isDown = false;
    await clock.advance(10_000);
    assert.deepEqual([delivery.hasRoom, delivery.state.waiting], [true, 0]);
  });

  it("gives up what is refused five times, and what nobody could take for a day, and counts both", async () => {
    let error = new SendError("bad request", true);
    const { clock, host, delivery } = setUp(async () => {
      throw error;
    });
    delivery.add(notificationOf());
    await clock.advance(60_000);
    assert.equal(delivery.state.givenUp, 1);
    error = new SendError("down");
    delivery.add(notificationOf());
    await clock.advance(23 * 3_600_000);
    assert.equal(delivery.state.waiting, 1);
    await clock.advance(2 * 3_600_000);
    assert.deepEqual([delivery.state.givenUp, delivery.state.waiting], [2, 0]);
    assert.equal(host.counters.get("notifications_given_up_total"), 2);
  });

  it("ends what takes too long, and leaves no timer when the plugin stops", async () => {
    const clock = new FakeClock();
    const host = new RecordingHost("alerts");
    const sender = {
      send: (_notification: Notification, signal: AbortSignal) =>
        new Promise<void>((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason)),
        ),
    };
    const delivery = new Delivery("d", sender, clock, host, UNOBSERVED);
    delivery.add(notificationOf());
    await clock.advance(60_000);
    assert.equal(delivery.state.error, "no answer in 60 s");
    host.abort();
    await clock.advance(0);
    assert.equal(clock.pending, 0);
  });
});
