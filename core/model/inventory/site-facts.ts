/** The latest of what a site's own plugins said. The core keeps and passes it on without knowing what it means. */
import type { EventDraft } from "../event.js";
import type { SiteFact } from "../observation.js";
import type { SiteRow } from "../row.js";

/** What a fact may be at most: its texts come from the network as often as not. */
const MAX_FIELDS = 100;
const MAX_TEXT_LENGTH = 1000;

export interface SiteFactSink {
  event(draft: EventDraft): void;
  row(row: SiteRow): void;
}

export class SiteFacts {
  readonly #maxFacts: number;
  readonly #sink: SiteFactSink;
  /** By subject and name. */
  readonly #facts = new Map<string, SiteRow>();
  #refused = 0;

  constructor(maxFacts: number, sink: SiteFactSink) {
    this.#maxFacts = maxFacts;
    this.#sink = sink;
  }

  /** Facts left out since the start: too many, too long, or with too many fields. */
  get refused(): number {
    return this.#refused;
  }

  /** Every fact is kept; only one that says something new is an event. */
  fold({ at, subject, name, fields }: SiteFact): void {
    const key = keyOf(subject, name);
    const before = this.#facts.get(key);
    if (!isReasonable(subject, name, fields) || (!before && this.#facts.size >= this.#maxFacts)) {
      this.#refused++;
      return;
    }
    const row: SiteRow = { kind: "site", subject, name, at, fields: { ...fields } };
    this.#facts.set(key, row);
    this.#sink.row(row);
    if (before !== undefined && isSame(before.fields, fields)) return;
    this.#sink.event({
      at,
      type: "site.reported",
      severity: "info",
      subject: name,
      text: `The site says something new about the ${subject} ${name}.`,
      evidence: { ...fields },
    });
  }

  /** One that was said later stays. */
  restore(row: SiteRow): void {
    const key = keyOf(row.subject, row.name);
    const known = this.#facts.get(key);
    const hasPlace = known === undefined ? this.#facts.size < this.#maxFacts : known.at <= row.at;
    if (hasPlace) this.#facts.set(key, row);
  }
}

function keyOf(subject: string, name: string): string {
  return `${subject}\0${name}`;
}

function isReasonable(subject: string, name: string, fields: SiteFact["fields"]): boolean {
  const entries = Object.entries(fields);
  return (
    entries.length <= MAX_FIELDS &&
    [subject, name, ...entries.flat()].every(
      (part) => typeof part !== "string" || part.length <= MAX_TEXT_LENGTH,
    )
  );
}

function isSame(a: SiteFact["fields"], b: SiteFact["fields"]): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
