/** While pvmon does not answer, or is another one than the pages are of: said above every page, because what it shows is old then. */
import { newVersion, silentSince } from "../api/answering.js";
import { Button } from "../components/button.js";
import { Time } from "../components/time.js";

export function Connection() {
  const since = silentSince.value;
  if (since !== undefined) {
    return (
      <div class="blindness blindness-alarm" role="status">
        <strong>
          pvmon has not answered since <Time at={new Date(since).toISOString()} />.
        </strong>{" "}
        It is stopped, or the network in between is down. What is shown is from before; it is loaded
        anew as soon as pvmon answers.
      </div>
    );
  }
  if (newVersion.value === undefined) return null;
  return (
    <div class="blindness blindness-settling" role="status">
      <strong>pvmon was updated to version {newVersion.value}.</strong> These pages are of the
      version before. <Button onClick={() => location.reload()}>Load them anew</Button>
    </div>
  );
}
