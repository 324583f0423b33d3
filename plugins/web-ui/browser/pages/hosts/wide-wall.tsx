/** The wall alone on a screen that hangs somewhere: as large as it goes, all hosts in view, read from five metres. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Host } from "../../api/types.js";
import { Button } from "../../components/button.js";
import { Shape } from "../../components/state.js";
import { HOST_STATE } from "../../formats/words.js";
import { setParameters } from "../../url.js";
import { countStates, STATES_BY_URGENCY, shortName } from "./standing.js";
import { fitTiles } from "./tile-fit.js";
import { Tiles } from "./wall.js";
import "../../styles/wide-wall.css";
import { printable } from "../../formats/printable.js";

const GAP = 8;

interface Props {
  readonly title: string;
  readonly hosts: readonly Host[];
  readonly neutral: boolean;
  /** When it was refreshed. */
  readonly freshness: ComponentChildren;
}

export function WideWall({ title, hosts, neutral, freshness }: Props) {
  const space = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 1200, height: 700 });
  useLayoutEffect(() => {
    const element = space.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      if (event.key === "Escape") leaveWide();
    };
    addEventListener("keydown", leave);
    return () => removeEventListener("keydown", leave);
  }, []);

  const longest = Math.max(6, ...hosts.map((host) => shortName(host).length));
  const { columns, height, fontSize } = fitTiles(hosts.length, longest, { ...size, gap: GAP });
  const counts = countStates(hosts);
  return (
    <div class="wall-wide">
      <header class="wall-wide-head">
        <h2>{printable(title)}</h2>
        <p class="wall-wide-counts">
          {neutral
            ? "States are not known now"
            : STATES_BY_URGENCY.filter((state) => counts.has(state)).map((state) => (
                <span key={state} class="state">
                  <Shape tone={HOST_STATE[state].tone} />
                  {counts.get(state)} {HOST_STATE[state].text}
                </span>
              ))}
        </p>
        <p class="wall-wide-freshness">{freshness}</p>
        <Button onClick={leaveWide} title="Escape does it too">
          Leave the wide view
        </Button>
      </header>
      <div
        ref={space}
        class="wall-wide-space"
        style={{
          "--columns": columns,
          "--tile-height": `${Math.floor(height)}px`,
          "--tile-font": `${fontSize.toFixed(1)}px`,
        }}
      >
        <Tiles hosts={hosts} neutral={neutral} />
      </div>
    </div>
  );
}

function leaveWide(): void {
  setParameters({ view: undefined });
}
