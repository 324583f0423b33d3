/** The tiles, all together or under a heading for each group. */
import type { Host } from "../../api/types.js";
import { Name } from "../../components/links.js";
import { countText } from "../../formats/number.js";
import { printable } from "../../formats/printable.js";
import { HOST_STATE } from "../../formats/words.js";
import { href } from "../../url.js";
import { countStates, STATES_BY_URGENCY, type WallSection } from "./standing.js";
import { Tile } from "./tile.js";

interface Props {
  readonly sections: readonly WallSection[];
  /** Nothing can be said of any state now. */
  readonly neutral: boolean;
}

export function Wall({ sections, neutral }: Props) {
  return (
    <>
      {sections.map(({ id, title, hosts }) => (
        <section
          key={id}
          class="wall-section"
          aria-label={title === "" ? "Hosts" : printable(title)}
        >
          {title !== "" && (
            <header class="wall-section-head">
              <h2>
                {id === "" ? (
                  title
                ) : (
                  <a href={href("hosts", { group: id })}>
                    <Name text={title} />
                  </a>
                )}
              </h2>
              <p class="muted">{summary(hosts, neutral)}</p>
            </header>
          )}
          <Tiles hosts={hosts} neutral={neutral} />
        </section>
      ))}
    </>
  );
}

export function Tiles(props: { readonly hosts: readonly Host[]; readonly neutral: boolean }) {
  return (
    <ul class="wall">
      {props.hosts.map((host) => (
        <Tile key={host.host} host={host} neutral={props.neutral} />
      ))}
    </ul>
  );
}

const WAITING_TILES = Array.from({ length: 15 }, (_, index) => index);

/** Where tiles will be. */
export function WaitingWall() {
  return (
    <>
      <p class="visually-hidden" role="status">
        Loading …
      </p>
      <ul class="wall" aria-hidden="true">
        {WAITING_TILES.map((index) => (
          <li key={index} class="tile tile-waiting" />
        ))}
      </ul>
    </>
  );
}

/** `12 hosts: 1 error, 11 OK`. */
function summary(hosts: readonly Host[], neutral: boolean): string {
  const total = hosts.length === 1 ? "1 host" : `${countText(hosts.length)} hosts`;
  if (neutral) return total;
  const counts = countStates(hosts);
  const parts = STATES_BY_URGENCY.filter((state) => counts.has(state)).map(
    (state) => `${countText(counts.get(state) ?? 0)} ${wordOf(state)}`,
  );
  return `${total}: ${parts.join(", ")}`;
}

function wordOf(state: Host["state"]): string {
  return state === "ok" ? "OK" : HOST_STATE[state].text.toLowerCase();
}
