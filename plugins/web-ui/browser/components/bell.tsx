/** How many entries of the log wait for somebody to acknowledge them. */
import { countText } from "../formats/number.js";
import "../styles/bell.css";

export function Bell({ count }: { readonly count: number }) {
  const text = count === 1 ? "1 log entry" : `${countText(count)} log entries`;
  return (
    <span class="bell" title={`${text} to acknowledge`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 1.2a1 1 0 0 1 1 1v.5a4 4 0 0 1 3 3.9v3l1.4 2.2v.7H2.6v-.7L4 9.6v-3a4 4 0 0 1 3-3.9v-.5a1 1 0 0 1 1-1zM6.3 13.3h3.4a1.7 1.7 0 0 1-3.4 0z" />
      </svg>
      {countText(count)}
      <span class="visually-hidden"> log entries to acknowledge</span>
    </span>
  );
}
