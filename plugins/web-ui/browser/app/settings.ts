/** What the site has configured for the pages. */
import { signal } from "@preact/signals";

interface Settings {
  readonly note: string;
  readonly links: readonly { readonly text: string; readonly url: string }[];
}

export const settings = signal<Settings>({ note: "", links: [] });

export async function loadSettings(): Promise<void> {
  const response = await fetch(new URL("settings.json", document.baseURI));
  if (response.ok) settings.value = (await response.json()) as Settings;
}
