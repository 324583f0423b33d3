/** From the time on a wall clock to UTC, in a zone with all its changes to and from summer time. */

/** A day on either side of any time no zone is in the same change. */
const DAY_MS = 86_400_000;

export class TimeZone {
  readonly #format: Intl.DateTimeFormat;

  private constructor(timeZone: string | undefined) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /**
   * @param name as in the time zone database; empty for the zone of this machine.
   * @throws Error for a name that is none, with a text for people.
   */
  static named(name: string): TimeZone {
    try {
      return new TimeZone(name === "" ? undefined : name);
    } catch (error) {
      throw new Error(`"${name}" is no time zone, as America/Regina is one`, { cause: error });
    }
  }

  /**
   * UTC ms of a wall clock; of the two that the end of summer time gives, the one closer to `near`.
   * @param wallMs what the wall clock shows, as if it were UTC, ms
   */
  utcOf(wallMs: number, near: number): number {
    const [before, after] = [wallMs - DAY_MS, wallMs + DAY_MS].map(
      (utcMs) => wallMs - this.#offsetMs(utcMs),
    ) as [number, number];
    return Math.abs(before - near) <= Math.abs(after - near) ? before : after;
  }

  /** What its wall clocks are ahead of UTC. */
  #offsetMs(utcMs: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(utcMs)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utcMs / 1000) * 1000;
  }
}
