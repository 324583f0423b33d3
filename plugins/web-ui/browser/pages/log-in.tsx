/** The way in, for those who may change things, and where nobody may look without a name. */
import { useState } from "preact/hooks";
import { logIn, logOut, session } from "../api/session.js";
import { sayProblem } from "../app/messages.js";
import { Button } from "../components/button.js";
import { useParameter } from "../components/filters.js";
import { Name } from "../components/links.js";
import { Empty, Loading, Page } from "../components/page.js";
import { go, href } from "../url.js";

export default function LogIn() {
  const answer = session.value;
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
        <Form />
      ) : (
        <Empty title="There are no users yet">
          <p>
            Whoever runs pvmon makes the first one on its machine, with the command{" "}
            <code>pvmon user add NAME --role operator --config site.yml</code>. It is heeded at
            once.
          </p>
          <p>Until then, changes are taken from that machine only.</p>
        </Empty>
      )}
    </Page>
  );
}

function Form() {
  const [problem, setProblem] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const from = useParameter("from");
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form);
    setBusy(true);
    setProblem(undefined);
    try {
      await logIn(String(data.get("name")), String(data.get("password")));
      // Only a page of ours: the address may have been made by somebody else.
      go(/^[a-z-]*(\?[^#]*)?$/.test(from) ? `./${from}` : href(""), { replace: true });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      form.querySelector<HTMLInputElement>("input[name=password]")?.select();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="notice log-in"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <label class="field">
        Name
        <input name="name" autocomplete="username" required maxLength={100} spellcheck={false} />
      </label>
      <label class="field">
        Password
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      {problem !== undefined && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
      <p>
        <Button type="submit" kind="main" disabled={busy}>
          {busy ? "Logging in …" : "Log in"}
        </Button>
      </p>
    </form>
  );
}
