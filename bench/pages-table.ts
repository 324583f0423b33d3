/** Whether the table of a million PVs ever keeps its reader waiting: scrolled, sorted, and filtered while somebody types. */
import { type BrowserPage, waitFor } from "../tests/peers/index.js";
import { millionName } from "../tests/site/web/million-capture.js";
import type { MillionSite } from "../tests/site/web/million-site.js";
import type { Result } from "./benchmark.js";

/** Longest frame and longest task until it is asked again, ms. */
const WATCH = `window.longest = { frame: 0, task: 0 };
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longest.task = Math.max(longest.task, duration);
}).observe({ type: "longtask" });
let before = performance.now();
const frame = (at) => {
  longest.frame = Math.max(longest.frame, at - before);
  before = at;
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);`;
const TAKE = `new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => {
  const taken = longest;
  window.longest = { frame: 0, task: 0 };
  resolve(taken);
}, 50)))`;

/** Through all of the list in that many frames, as one drags its scroll bar. */
const DRAG = `new Promise((resolve) => {
  const grid = document.querySelector("[role=grid]");
  const frames = 300;
  let done = 0;
  const next = () => {
    grid.scrollTop = (grid.scrollHeight * ++done) / frames;
    if (done < frames) requestAnimationFrame(next);
    else resolve();
  };
  next();
})`;
/** In the middle of the window: no row is waited for. */
const SHOWN = `(() => {
  const rows = [...document.querySelectorAll("[role=grid] .grid-space [role=row]")];
  const note = document.querySelector(".page-note")?.textContent ?? "";
  return rows.length > 10 && !note.includes("searching") && !rows.some((row) => row.classList.contains("grid-waiting"));
})()`;
const WHEEL_TURNS = 100;
const PRESSES = 100;

interface Stall {
  readonly frame: number;
  readonly task: number;
}

class Table {
  readonly #page: BrowserPage;

  constructor(page: BrowserPage) {
    this.#page = page;
  }

  get driver(): BrowserPage["driver"] {
    return this.#page.driver;
  }

  async measured(what: string, act: () => Promise<unknown>): Promise<Result> {
    await this.shown();
    await this.driver.evaluate(TAKE);
    const begin = performance.now();
    await act();
    await this.shown();
    const ms = Math.round(performance.now() - begin);
    const { frame, task } = await this.driver.evaluate<Stall>(TAKE);
    return {
      of: `table of a million PVs: ${what}`,
      figure: Math.round(frame),
      unit: "ms, longest frame",
      goals: [
        { atMost: 50, unit: "ms" },
        { of: "longestTaskMs", what: "the longest task", atMost: 50, unit: "ms" },
      ],
      // Browsers tell of no task that is shorter than 50 ms.
      also: { longestTaskMs: Math.round(task), untilAllIsShownMs: ms },
    };
  }

  async shown(): Promise<void> {
    // The pages allow no script to be made of a text, which is how the driver itself waits.
    const isShown = (): Promise<boolean> => this.driver.evaluate<boolean>(SHOWN);
    await waitFor("all rows in view are shown", isShown, 20_000);
  }
}

export async function* tableFigures(site: MillionSite): AsyncGenerator<Result> {
  const page = await site.browser.open(`${site.url}/pvs`);
  try {
    await page.ready();
    const table = new Table(page);
    const { keyboard, mouse } = table.driver;
    const grid = table.driver.getByRole("grid");
    await table.driver.evaluate(WATCH);
    yield await table.measured("scrolled by the wheel", async () => {
      await grid.hover();
      for (let turn = 0; turn < WHEEL_TURNS; turn++) await mouse.wheel(0, 1200);
    });
    yield await table.measured("dragged through by its scroll bar", () =>
      table.driver.evaluate(DRAG),
    );
    yield await table.measured("scrolled by keys", async () => {
      await grid.focus();
      for (const key of ["Home", "PageDown", "ArrowDown", "End", "PageUp", "ArrowUp"]) {
        for (let press = 0; press < PRESSES / 5; press++) await keyboard.press(key);
      }
    });
    const buttons = await table.driver.locator(".column-sort").all();
    for (const button of buttons) {
      const title = (await button.textContent())?.replace(/[▲▼]/, "") ?? "";
      yield await table.measured(`sorted by ${title}`, () => button.click());
      yield await table.measured(`sorted by ${title}, the other way`, () => button.click());
    }
    const box = table.driver.getByRole("searchbox");
    const part = millionName(123_456).slice(0, 9);
    yield await table.measured("filtered while somebody types", () =>
      box.pressSequentially(part, { delay: 80 }),
    );
  } finally {
    await page.close();
  }
}
