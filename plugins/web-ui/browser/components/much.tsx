/** Beside a number that is too high: the shape of a warning, and its word for those who do not see it. */
import { Shape } from "./state.js";

export function Much() {
  return (
    <>
      <Shape tone="warning" />
      <span class="visually-hidden">much: </span>
    </>
  );
}
