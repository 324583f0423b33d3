/** Above everything else on a host: why it is in error, and what operators have set that changes what counts as one. */
import type { Host } from "../../api/types.js";
import { Name } from "../../components/links.js";
import { Shape } from "../../components/state.js";
import type { Tone } from "../../formats/words.js";

const OPTION_BANNERS: readonly {
  readonly option: keyof Host["options"];
  readonly tone: Tone;
  readonly text: string;
}[] = [
  {
    option: "decommissioned",
    tone: "off",
    text: "Decommissioned: out of service. It is not among the active hosts, and nothing on it counts as an error.",
  },
  {
    option: "maintenance",
    tone: "work",
    text: "Maintenance: somebody works on it, and nothing on it counts as an error.",
  },
  {
    option: "development",
    tone: "info",
    text: "Development: critical applications that do not run are no error.",
  },
  { option: "hidden", tone: "warning", text: "Hidden: not among the active hosts." },
  {
    option: "monitorAppCount",
    tone: "warning",
    text: "Only how many applications run is watched, not which.",
  },
];

export function Banners({ host }: { readonly host: Host }) {
  return (
    <>
      {host.problems.length > 0 && (
        <section class="banner banner-alarm" aria-label="Why it is in error">
          <Shape tone="alarm" />
          <div>
            <strong>In error</strong>
            <ul>
              {host.problems.map((problem) => (
                <li key={problem}>
                  <Name text={problem} />
                </li>
              ))}
            </ul>
          </div>
        </section>
      )}
      {OPTION_BANNERS.filter(({ option }) => host.options[option]).map(({ option, tone, text }) => (
        <p key={option} class={`banner banner-${tone}`}>
          <Shape tone={tone} />
          {text}
        </p>
      ))}
    </>
  );
}
