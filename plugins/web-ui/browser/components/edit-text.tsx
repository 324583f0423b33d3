/** A button that lets people change a text, in front of the page. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { say } from "../app/messages.js";
import { FormDialog, FormOpener } from "./form-dialog.js";

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
  const id = useId();
  const field = {
    id,
    name: "text",
    defaultValue: props.value,
    maxLength: props.maxLength,
    required: props.mayBeEmpty !== true,
  };
  return (
    <>
      <FormOpener kind={props.kind} onOpen={() => setEditing(true)}>
        {props.children}
      </FormOpener>
      {editing && (
        <FormDialog
          title={props.title}
          yes={props.yes ?? "Keep it"}
          onSubmit={async (data) => {
            await props.keep(String(data.get("text")).trim());
            say(props.done);
          }}
          onClose={() => setEditing(false)}
        >
          <div class="field">
            <label for={id}>{props.label}</label>
            {props.lines === "many" ? <textarea {...field} /> : <input type="text" {...field} />}
          </div>
        </FormDialog>
      )}
    </>
  );
}
