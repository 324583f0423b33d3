/** What the tiles' shapes and colours mean. */
import { Bell } from "../../components/bell.js";
import { Shape } from "../../components/state.js";
import type { Tone } from "../../formats/words.js";

const MEANINGS: readonly { readonly tone: Tone; readonly word: string; readonly text: string }[] = [
  { tone: "alarm", word: "Error", text: "something critical does not run" },
  { tone: "ok", word: "OK", text: "all that is critical runs" },
  { tone: "ok", word: "OK, in part", text: "the same, and some applications are not critical" },
  { tone: "work", word: "Maintenance", text: "being worked at: no error counts" },
  { tone: "info", word: "Development", text: "no error counts" },
  { tone: "off", word: "Decommissioned", text: "out of service" },
  { tone: "unknown", word: "Unknown", text: "pvmon hears nothing, or nothing was ever up" },
];

export function Legend() {
  return (
    <details class="tile-legend">
      <summary>What the tiles mean</summary>
      <dl>
        {MEANINGS.map(({ tone, word, text }) => (
          <div key={word}>
            <dt>
              <Shape tone={tone} /> {word}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
        <div>
          <dt>
            <Bell count={2} />
          </dt>
          <dd>log entries that somebody has to acknowledge</dd>
        </div>
      </dl>
    </details>
  );
}
