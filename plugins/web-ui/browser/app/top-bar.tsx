/** Above every page: the site, the search for anything, how much goes on, light or dark, who is logged in. */
import { mustLogIn } from "../api/session.js";
import { siteName } from "../api/site.js";
import { connection, counters } from "../api/stream.js";
import { Button } from "../components/button.js";
import { rateText } from "../formats/number.js";
import { href } from "../url.js";
import { Finder, openFinder } from "./finder.js";
import { choice, chooseNext } from "./theme.js";
import { UserMenu } from "./user-menu.js";

const THEME_TEXT = { system: "Colours as the system has them", light: "Light", dark: "Dark" };
const THEME_SIGN = { system: "◐", light: "☀", dark: "☾" };

export function TopBar({ onMenu }: { readonly onMenu: () => void }) {
  const name = siteName.value === "" ? "pvmon" : siteName.value;
  const mac = navigator.platform.startsWith("Mac");
  return (
    <header class="top-bar">
      {!mustLogIn.value && (
        <span class="top-menu">
          <Button kind="quiet" label="Pages" onClick={onMenu}>
            ☰
          </Button>
        </span>
      )}
      <a class="brand" href={href("")} aria-label={`Overview of ${name}`}>
        <img src="./icon.svg" alt="" width="24" height="24" />
        <span>{name}</span>
      </a>
      {mustLogIn.value ? (
        <span class="finder-place" />
      ) : (
        <button type="button" class="finder-button" onClick={openFinder}>
          <span>Find a PV, host, server or client</span>
          <kbd>{mac ? "⌘ K" : "Ctrl K"}</kbd>
        </button>
      )}
      <Pulse />
      <Button
        kind="quiet"
        label={`Colours: ${THEME_TEXT[choice.value]}`}
        title={`Colours: ${THEME_TEXT[choice.value]}`}
        onClick={chooseNext}
      >
        {THEME_SIGN[choice.value]}
      </Button>
      <UserMenu />
      {!mustLogIn.value && <Finder />}
    </header>
  );
}

/** That the page lives: how much is asked on the network now. */
function Pulse() {
  if (mustLogIn.value) return null;
  if (connection.value === "broken") {
    return (
      <span class="pulse pulse-broken" role="status">
        Not connected: trying again
      </span>
    );
  }
  const names = counters.value?.rates.searchNamesPerSecond;
  if (names === undefined) return <span class="pulse" />;
  return (
    <span class="pulse" title="Names that clients search for, over the last 10 s">
      <span class="pulse-dot" />
      {rateText(names)} names/s
    </span>
  );
}
