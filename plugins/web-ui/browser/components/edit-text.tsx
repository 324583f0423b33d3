/** A button that lets people change a text, in front of the page. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { may, whyNot } from "../api/session.js";
import { say } from "../app/messages.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import "../styles/edit-text.css";

interface Props {
  /** On the button. */
  readonly children: ComponentChildren;
  readonly title: string;
  readonly label: string;
  readonly value: string;
  readonly maxLength: number;
  readonly lines?: "one" | "many";
  /** Whether no text at all is one. */
  readonly mayBeEmpty?: boolean;
  readonly kind?: "plain" | "main" | "quiet";
  /** On the button that keeps it: a verb. */
  readonly yes?: string;
  readonly done: string;
  /** Rejects with what to tell; the text has no blanks around it. */
  readonly keep: (text: string) => Promise<unknown>;
}

export function EditText(props: Props) {
  const [editing, setEditing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const id = useId();
  const allowed = may("operator");
  const submit = async (form: HTMLFormElement): Promise<void> => {
    setBusy(true);
    try {
      await props.keep(String(new FormData(form).get("text")).trim());
      say(props.done);
      setEditing(false);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  const field = {
    id,
    name: "text",
    defaultValue: props.value,
    maxLength: props.maxLength,
    required: props.mayBeEmpty !== true,
  };
  return (
    <>
      <Button
        kind={props.kind ?? "plain"}
        disabled={!allowed}
        title={allowed ? undefined : `Not possible: ${whyNot("operator")}`}
        onClick={() => {
          setProblem(undefined);
          setEditing(true);
        }}
      >
        {props.children}
      </Button>
      {editing && (
        <Dialog title={props.title} onClose={() => setEditing(false)}>
          <form
            class="edit-form"
            onSubmit={(event) => {
              event.preventDefault();
              void submit(event.currentTarget);
            }}
          >
            <div class="field">
              <label for={id}>{props.label}</label>
              {props.lines === "many" ? <textarea {...field} /> : <input type="text" {...field} />}
            </div>
            {problem !== undefined && (
              <p class="field-problem" role="alert">
                {problem}
              </p>
            )}
            <div class="dialog-actions">
              <Button onClick={() => setEditing(false)}>Cancel</Button>
              <Button type="submit" kind="main" disabled={busy}>
                {props.yes ?? "Keep it"}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
