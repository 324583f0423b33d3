/** The pages by subject. On a narrow window it opens over the page. */
import { href, page } from "../url.js";
import { PAGES } from "./pages.js";
import { settings } from "./settings.js";

const GROUPS = ["Site", "Names", "What happened", "pvmon"] as const;

export function Navigation({ open }: { readonly open: boolean }) {
  const current = PAGES.find(({ segment }) => segment === page.value);
  const marked = current?.under ?? current?.segment;
  return (
    <nav
      id="navigation"
      class={open ? "navigation navigation-open" : "navigation"}
      aria-label="Pages"
    >
      {GROUPS.map((group) => (
        <div key={group} class="navigation-group">
          <h2>{group}</h2>
          <ul>
            {PAGES.filter((entry) => entry.group === group).map(({ segment, title }) => (
              <li key={segment}>
                <a href={href(segment)} aria-current={segment === marked ? "page" : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <OfTheSite />
    </nav>
  );
}

function OfTheSite() {
  const { note, links } = settings.value;
  if (note === "" && links.length === 0) return null;
  return (
    <div class="navigation-group">
      <h2>This site</h2>
      <ul>
        {links.map(({ text, url }) => (
          <li key={url}>
            <a href={url} target="_blank" rel="noreferrer">
              {text} ↗
            </a>
          </li>
        ))}
      </ul>
      {note !== "" && <p class="navigation-note">{note}</p>}
    </div>
  );
}
