/** Who is using the pages, and the way in and out. */
import { logOut, session } from "../api/session.js";
import { Button } from "../components/button.js";
import { Name } from "../components/links.js";
import { logInAddress } from "../url.js";
import { say, sayProblem } from "./messages.js";

export function UserMenu() {
  const known = session.value;
  if (known === undefined) return null;
  if (known.source === "user") {
    const out = (): Promise<void> => logOut().then(() => say("You are logged out."), sayProblem);
    return (
      <span class="user">
        <span class="user-name" title={`Logged in, as ${known.role}`}>
          <Name text={known.who ?? ""} />
        </span>
        <Button kind="quiet" onClick={() => void out()}>
          Log out
        </Button>
      </span>
    );
  }
  if (known.source !== "anonymous") {
    const text = known.source === "loopback" ? "this machine" : known.who;
    return (
      <span class="user user-name" title={`Role: ${known.role}`}>
        <Name text={text ?? ""} />
      </span>
    );
  }
  return (
    <a class="button" href={logInAddress()}>
      Log in
    </a>
  );
}
