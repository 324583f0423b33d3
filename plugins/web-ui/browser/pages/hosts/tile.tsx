/** One host on the wall: a link to it, and what is wrong there for those who point at it, reach it by keyboard, or tap. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Host } from "../../api/types.js";
import { Bell } from "../../components/bell.js";
import { Name, Prose } from "../../components/links.js";
import { Shape } from "../../components/state.js";
import { Ago } from "../../components/time.js";
import { href } from "../../url.js";
import { appsText, shortName, standingOf } from "./standing.js";
import "../../styles/tile.css";

/** A mouse on its way across the wall points at nothing. */
const POINTING_MS = 250;

export function Tile({ host, neutral }: { readonly host: Host; readonly neutral: boolean }) {
  const tile = useRef<HTMLLIElement>(null);
  const id = useId();
  const [side, setSide] = useState<string>();
  const standing = standingOf(host);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const open = (): void => setSide(sideOf(tile.current));
  const close = (): void => {
    clearTimeout(timer.current);
    setSide(undefined);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const classes = ["tile", `tile-${neutral ? "neutral" : standing.tone}`];
  return (
    <li
      ref={tile}
      class={classes.join(" ")}
      onPointerEnter={(event) => {
        if (event.pointerType === "mouse") timer.current = setTimeout(open, POINTING_MS);
      }}
      onPointerLeave={(event) => event.pointerType === "mouse" && close()}
      onFocusOut={(event) => {
        const next = event.relatedTarget;
        if (!(next instanceof Node) || tile.current?.contains(next) !== true) close();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || side === undefined) return;
        event.stopPropagation();
        close();
      }}
    >
      <a
        class="tile-link"
        href={href("host", { host: host.host })}
        aria-describedby={side === undefined ? undefined : id}
        onFocus={(event) => event.currentTarget.matches(":focus-visible") && open()}
      >
        <span class="tile-name">
          <Name text={shortName(host)} />
        </span>
        <span class="tile-state">
          <Shape tone={neutral ? "unknown" : standing.tone} />
          <span class="tile-word">{neutral ? "Not known" : standing.text}</span>
          {!neutral && <span class="tile-apps">{appsText(host)}</span>}
        </span>
      </a>
      {host.pendingLogs > 0 && <Bell count={host.pendingLogs} />}
      <button
        type="button"
        class="tile-more"
        aria-expanded={side !== undefined}
        aria-label={`About ${shortName(host)}`}
        onClick={() => (side === undefined ? open() : close())}
      >
        <span aria-hidden="true">i</span>
      </button>
      {side !== undefined && (
        <div id={id} role="tooltip" class={`tile-about ${side}`}>
          <About host={host} neutral={neutral} />
        </div>
      )}
    </li>
  );
}

function About({ host, neutral }: { readonly host: Host; readonly neutral: boolean }) {
  return (
    <>
      <p class="tile-about-name">
        <Name text={host.name ?? host.host} />
        <span class="muted"> {host.addresses.join(", ")}</span>
      </p>
      {!neutral && host.problems.length > 0 && (
        <ul class="tile-problems">
          {host.problems.slice(0, MOST_PROBLEMS).map((problem) => (
            <li key={problem}>
              <Name text={problem} />
            </li>
          ))}
          {host.problems.length > MOST_PROBLEMS && (
            <li>and {host.problems.length - MOST_PROBLEMS} more</li>
          )}
        </ul>
      )}
      <p>
        {neutral ? "Its state is not known now" : `${standingOf(host).text}, ${appsText(host)}`},
        seen <Ago at={host.lastSeenAt} />
      </p>
      {host.pendingLogs > 0 && <p>{host.pendingLogs} log entries to acknowledge</p>}
      {host.description !== "" && (
        <p class="tile-description">
          <Prose text={host.description} />
        </p>
      )}
    </>
  );
}

const MOST_PROBLEMS = 6;

/** Where there is room for it, wherever the tile is in the window. */
function sideOf(tile: HTMLElement | null): string {
  if (tile === null) return "";
  const { left, width, bottom } = tile.getBoundingClientRect();
  const across = left + width / 2 > innerWidth / 2 ? "tile-about-left" : "tile-about-right";
  const along = bottom > innerHeight * 0.65 ? "tile-about-above" : "tile-about-below";
  return `${across} ${along}`;
}
