/** The way in, for those who may change things, and where nobody may look without a name. */
import { logOut, session } from "../api/session.js";
import { sayProblem } from "../app/messages.js";
import { Button } from "../components/button.js";
import { useParameter } from "../components/filters.js";
import { Name } from "../components/links.js";
import { LogInForm } from "../components/log-in-form.js";
import { NoUsers } from "../components/no-users.js";
import { Empty, Loading, Page } from "../components/page.js";
import { go, href } from "../url.js";

export default function LogIn() {
  const answer = session.value;
  const from = useParameter("from");
  return (
    <Page title="Log in" ready={answer !== undefined}>
      {answer === undefined ? (
        <Loading />
      ) : answer.source === "user" ? (
        <Empty title="You are logged in">
          <p>
            As <Name text={answer.who ?? ""} />, {answer.role}.
          </p>
          <p>
            <Button onClick={() => void logOut().catch(sayProblem)}>Log out</Button>
          </p>
        </Empty>
      ) : answer.canLogIn ? (
        <LogInForm onLoggedIn={() => comeBackTo(from)} />
      ) : (
        <NoUsers />
      )}
    </Page>
  );
}

/** Only a page of ours: the address may have been made by somebody else. */
function comeBackTo(from: string): void {
  go(/^[a-z-]*(\?[^#]*)?$/.test(from) ? `./${from}` : href(""), { replace: true });
}
