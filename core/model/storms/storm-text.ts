/** How numbers, lengths and names stand in what is told of a search storm. */

export const MAX_NAME_CHARACTERS = 60;

/** A name of a PV, marked off from the sentence that it stands in: it may have spaces, commas and quotes. */
export function quoted(name: string): string {
  return JSON.stringify(shortened(name, MAX_NAME_CHARACTERS));
}

/** At most so many characters and an ellipsis. */
export function shortened(text: string, most: number): string {
  const characters = [...text.slice(0, 2 * most + 1)];
  return characters.length <= most ? text : `${characters.slice(0, most).join("")}…`;
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** To the tenth. */
export function rounded(value: number): number {
  return Math.round(10 * value) / 10;
}

export function rateText(value: number): string {
  return String(value < 10 ? rounded(value) : Math.round(value));
}

export function lengthText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
