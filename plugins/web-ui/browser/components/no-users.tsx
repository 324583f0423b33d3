/** Where somebody would log in, and nobody can yet. */
import { Empty } from "./page.js";

export function NoUsers() {
  return (
    <Empty title="There are no users yet">
      <p>
        Whoever runs pvmon makes the first one on its machine, with the command{" "}
        <code>pvmon user add NAME --role operator --config site.yml</code>. It is heeded at once.
      </p>
      <p>Until then, changes are taken from that machine only.</p>
    </Empty>
  );
}
