/** Name and password, and in words why they did not do. */
import { useEffect, useRef, useState } from "preact/hooks";
import { logIn } from "../api/session.js";
import { Button } from "./button.js";

export function LogInForm({ onLoggedIn }: { readonly onLoggedIn?: () => void }) {
  const [problem, setProblem] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form);
    setBusy(true);
    setProblem(undefined);
    try {
      await logIn(String(data.get("name")).trim(), String(data.get("password")));
      onLoggedIn?.();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      password.current?.select();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="notice"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <label class="field">
        Name
        <input
          ref={name}
          name="name"
          autocomplete="username"
          autocapitalize="none"
          required
          maxLength={100}
          spellcheck={false}
        />
      </label>
      <label class="field">
        Password
        <input
          ref={password}
          name="password"
          type="password"
          autocomplete="current-password"
          required
        />
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
