/** Instead of a list without PVs: why there are none, and what to try. */
import { Empty } from "../../components/page.js";
import type { NamePattern } from "../../formats/name-pattern.js";
import { href } from "../../url.js";

interface Props {
  readonly pattern: NamePattern;
  /** Anything but the pattern is asked for too: a state, a server. */
  readonly filtered: boolean;
}

export function NoPvs({ pattern, filtered }: Props) {
  if (pattern.kind === "all" && !filtered) {
    return (
      <Empty title="No PV is known yet">
        <p>
          PVs appear here as soon as a client searches for them or a server answers for them. When
          nothing comes, look whether pvmon hears the network:{" "}
          <a href={href("system")}>what to check</a>.
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="No PV matches">
      <ul>
        {pattern.kind === "part" && (
          <li>
            A shorter part of the name finds more. A PV that nobody searched for and no server
            answered for is not here:{" "}
            <a href={href("pv", { name: pattern.text })}>
              search the network for exactly this name
            </a>
            .
          </li>
        )}
        {pattern.kind === "glob" && (
          <li>
            A glob is compared with the whole name: try{" "}
            <a href={href("pvs", { match: wider(pattern.text) })}>
              <code>{wider(pattern.text)}</code>
            </a>
            .
          </li>
        )}
        {pattern.kind === "regex" && (
          <li>
            A dot is any character, and a star repeats what stands before it: <code>BL.*CAM</code>,
            not <code>BL*CAM</code>.
          </li>
        )}
        {filtered && (
          <li>
            Other filters are set:{" "}
            <a href={href("pvs", pattern.kind === "all" ? {} : searchOf(pattern))}>
              look without them
            </a>
            .
          </li>
        )}
      </ul>
    </Empty>
  );
}

/** The parameters of the page that search for this. */
export function searchOf({ kind, text }: NamePattern) {
  return { match: text, ...(kind === "regex" && { syntax: "regex" }) };
}

function wider(glob: string): string {
  return `*${glob.replace(/^\*+|\*+$/g, "")}*`;
}
