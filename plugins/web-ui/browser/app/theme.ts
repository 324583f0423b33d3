/** Light or dark: as the system has it, unless the viewer has chosen. */
import { effect, signal } from "@preact/signals";

export type Choice = "system" | "light" | "dark";
const KEY = "pvmon-theme";
const CHOICES: readonly Choice[] = ["system", "light", "dark"];

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(prefersDark.matches);
prefersDark.addEventListener("change", () => {
  systemIsDark.value = prefersDark.matches;
});

export const choice = signal<Choice>(stored());
/** What is shown. */
export const theme = signal<"light" | "dark">("light");

effect(() => {
  const dark = choice.value === "dark" || (choice.value === "system" && systemIsDark.value);
  theme.value = dark ? "dark" : "light";
  document.documentElement.dataset.theme = theme.value;
});

export function chooseNext(): void {
  choice.value = CHOICES[(CHOICES.indexOf(choice.value) + 1) % CHOICES.length] ?? "system";
  try {
    localStorage.setItem(KEY, choice.value);
  } catch {
    // A browser that keeps nothing shows it for as long as the page is open.
  }
}

function stored(): Choice {
  try {
    const text = localStorage.getItem(KEY);
    return CHOICES.find((known) => known === text) ?? "system";
  } catch {
    return "system";
  }
}
