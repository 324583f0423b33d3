/** A site's own plugin that always has something new to say, and a gauge of how often it did: gives a real pvmon much to keep. */
import { Type } from "@sinclair/typebox";
import { CLOCK, defineDetector } from "../../core/index.js";
import { searchSeen } from "../core/model/inventory/inventory-site.js";

const TICK_MS = 50;
const TICKS_PER_SECOND = 1000 / TICK_MS;
/** Records are as many, and are said of again and again. */
export const SUBJECTS = 100;

/** Each is one event, whose evidence has its number `n` from 0 on, and one more request for the PV of its subject. */
export default defineDetector({
  name: "voice",
  description: "Says something new all the time.",
  configSchema: Type.Object({
    perSecond: Type.Integer({ minimum: TICKS_PER_SECOND }),
    textLength: Type.Integer({ minimum: 0, maximum: 1000 }),
  }),
  needs: { clock: CLOCK },
  create: ({ config, emitter, services: { clock }, host }) => {
    const text = "x".repeat(config.textLength);
    let said = 0;
    host.metrics.gauge("said", "Events that there have to be.", () => said);
    const say = (): void => {
      const name = `voice:${said % SUBJECTS}`;
      const at = clock.now();
      emitter.emit({ type: "site", at, subject: "voice", name, fields: { n: said, text } });
      emitter.emit(searchSeen(at, [name]));
      said++;
    };
    let cancel = (): void => undefined;
    return {
      start: async () => {
        cancel = clock.every(TICK_MS, () => {
          for (let n = 0; n < config.perSecond / TICKS_PER_SECOND; n++) say();
        });
      },
      stop: async () => cancel(),
    };
  },
});
