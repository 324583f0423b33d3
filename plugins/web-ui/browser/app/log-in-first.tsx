/** Instead of every page, where nobody is shown anything without a name: once logged in, one is where one wanted to go. */
import { endedFor, session } from "../api/session.js";
import { LogInForm } from "../components/log-in-form.js";
import { NoUsers } from "../components/no-users.js";
import { Page } from "../components/page.js";

export function LogInFirst() {
  return (
    <Page title="Log in" ready>
      {session.value?.canLogIn === true ? (
        <>
          <p class="in-text">
            {endedFor.value === undefined
              ? "This site is shown to its users only."
              : "Your log-in has ended."}
          </p>
          <LogInForm />
        </>
      ) : (
        <NoUsers />
      )}
    </Page>
  );
}
