/** What people are told of other processes of this machine. */
import { argumentsOf, executableOf, statusOf } from "../network/proc.js";

/** pvmon itself, installed and in a clone. */
const PVMON = /\/(?:pvmon|core\/main\.js)$/;
/** What an interpreter runs, or an IOC. */
const SCRIPT = /^[^\s-]\S*\.(?:[cm]?js|py|pl|rb|sh|jar|cmd)$/;
/** Whoever starts a program chooses its name: control, formatting and private characters are nothing for a terminal. */
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const MOST_CHARACTERS = 160;

export function userOf(pid: number): number {
  return Number.parseInt(statusOf(pid, "Uid") ?? "", 10);
}

/** The program with its script, for people. Without its other arguments, among which passwords may be. */
export function programOf(pid: number): string {
  const program = executableOf(pid) ?? "a program";
  // What begins with #! is handed to its interpreter as the first argument.
  const script = argumentsOf(pid).find(
    (arg, place) => (place === 1 && arg.startsWith("/")) || (place > 0 && SCRIPT.test(arg)),
  );
  const text = (script === undefined ? program : `${program} ${script}`).replaceAll(
    UNSHOWABLE,
    "?",
  );
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** As its arguments have it, when the process is a pvmon that runs a site: `pvmon --config site.yml`, and no command. */
export function siteFileOf(pid: number): string | undefined {
  const args = argumentsOf(pid);
  const at = args.findIndex((arg) => PVMON.test(arg));
  const [option = "", value, ...more] = at < 0 ? [] : args.slice(at + 1);
  if (more.length > 0) return undefined;
  if (value !== undefined) return option === "--config" || option === "-c" ? value : undefined;
  return /^(?:--config=|-c)(.+)$/s.exec(option)?.[1];
}
