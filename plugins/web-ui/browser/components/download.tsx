/** A list as a file: all of it, with the filters that are set. */
import { addressOf } from "../api/client.js";
import type { Parameters } from "../url.js";

export function Download(props: { readonly path: string; readonly query?: Parameters }) {
  const address = (download: string): string => addressOf(props.path, { ...props.query, download });
  return (
    <span class="download">
      <span class="download-label">Export</span>
      <a class="button button-quiet" href={address("csv")} download>
        CSV
      </a>
      <a class="button button-quiet" href={address("json")} download>
        JSON
      </a>
    </span>
  );
}
