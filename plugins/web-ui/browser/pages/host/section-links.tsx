/** Along the top of a long page: where it goes on, always in reach. */

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly count?: number;
}

export function SectionLinks({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <nav class="section-links" aria-label="Parts of this page">
      <ul>
        {entries.map(({ id, title, count }) => (
          <li key={id}>
            <a href={`#${id}`}>
              {title}
              {count !== undefined && <span class="chip-count"> {count}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
