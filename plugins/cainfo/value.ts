/** Values as people and JSON take them. */
import type { DbrValue } from "epics-ca";
import type { ChannelInfo } from "pvmon";

/**
 * One element as itself, several as a list; the state's name of an enumeration that says it. JSON has no NaN and no
 * infinity: they become text.
 */
export function shownValue({ elements, states }: DbrValue): NonNullable<ChannelInfo["value"]> {
  const shown = Array.from<string | number>(elements).map((element) => {
    if (typeof element === "string") return element;
    return states?.[element] ?? (Number.isFinite(element) ? element : String(element));
  });
  const [only] = shown;
  return shown.length === 1 && only !== undefined ? only : shown;
}
