/** Parts of a page that are shown one at a time; which one is in the address bar. */
import "../styles/tabs.css";
import { href, page, parameters } from "../url.js";

interface Props {
  readonly label: string;
  /** Of the address. */
  readonly name: string;
  /** The first one is the default, and not in the address. */
  readonly tabs: readonly { readonly value: string; readonly text: string }[];
}

/** Links, so that each part can be opened in a window of its own. */
export function Tabs({ label, name, tabs }: Props) {
  const current = Object.fromEntries(parameters.value);
  const wanted = current[name] ?? "";
  const shown = tabs.find(({ value }) => value === wanted) ?? tabs[0];
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a
          key={tab.value}
          href={href(page.value, { ...current, [name]: tab === tabs[0] ? undefined : tab.value })}
          aria-current={tab === shown ? "true" : undefined}
        >
          {tab.text}
        </a>
      ))}
    </nav>
  );
}
