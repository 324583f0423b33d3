/** Above every page, when a session ended while somebody was looking: what they see is then what anybody sees. */
import { endedFor, mustLogIn } from "../api/session.js";
import { Name } from "../components/links.js";
import { logInAddress, page } from "../url.js";

export function LogInEnded() {
  const who = endedFor.value;
  if (who === undefined || mustLogIn.value || page.value === "log-in") return null;
  return (
    <div class="blindness blindness-settling" role="status">
      <strong>
        The log-in of <Name text={who} /> has ended.
      </strong>{" "}
      You see what anybody sees, and can change nothing. <a href={logInAddress()}>Log in again</a>
    </div>
  );
}
