/** Buttons, and buttons that do something only when the user may and only after a question. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { may, whyNot } from "../api/session.js";
import type { Role } from "../api/types.js";
import { say, sayProblem } from "../app/messages.js";
import { printable } from "../formats/printable.js";
import { Dialog } from "./dialog.js";

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly type?: "button" | "submit";
  readonly kind?: "plain" | "main" | "danger" | "quiet";
  readonly disabled?: boolean;
  /** Why it is disabled, or what it does. With a reason it can still be reached, and says it when it is pressed. */
  readonly title?: string | undefined;
  readonly pressed?: boolean;
  readonly label?: string;
}

export function Button(props: ButtonProps) {
  const { children, onClick, type = "button", kind = "plain", disabled = false } = props;
  const title = props.title && printable(props.title);
  const reason = disabled ? title : undefined;
  return (
    <button
      type={reason === undefined ? type : "button"}
      class={`button button-${kind}`}
      onClick={reason === undefined ? onClick : () => say(reason, "warning")}
      disabled={disabled && reason === undefined}
      aria-disabled={reason !== undefined || undefined}
      title={title}
      aria-label={props.label && printable(props.label)}
      aria-pressed={props.pressed}
    >
      {children}
    </button>
  );
}

interface ActionProps {
  readonly children: ComponentChildren;
  /** Who may. */
  readonly role?: Role;
  readonly kind?: ButtonProps["kind"];
  readonly title?: string;
  readonly disabled?: boolean;
  /** What is asked first; without it, it is done at once. */
  readonly question?: {
    readonly title: string;
    readonly text: ComponentChildren;
    /** On the button that does it: a verb. */
    readonly yes: string;
    /** Whether a reason is asked for; it is kept with the change. */
    readonly reason?: boolean;
  };
  /** What it says when done. */
  readonly done?: string;
  /** Rejects with what to tell. */
  readonly act: (why: string | undefined) => Promise<unknown>;
}

/** Does something to the site, and says how it went. */
export function Action(props: ActionProps) {
  const { role = "operator", question, done, act } = props;
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const reason = useRef<HTMLInputElement>(null);
  const allowed = may(role);

  const run = async (): Promise<void> => {
    const why = reason.current?.value.trim();
    setBusy(true);
    try {
      await act(why === "" ? undefined : why);
      if (done !== undefined) say(done);
      setAsking(false);
    } catch (error) {
      sayProblem(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button
        kind={props.kind ?? "plain"}
        disabled={!allowed || busy || props.disabled === true}
        title={
          allowed ? (busy ? "It is being done" : props.title) : `Not possible: ${whyNot(role)}`
        }
        onClick={() => (question === undefined ? void run() : setAsking(true))}
      >
        {props.children}
      </Button>
      {question !== undefined && asking && (
        <Dialog title={question.title} onClose={() => setAsking(false)}>
          <div>{question.text}</div>
          {question.reason === true && (
            <label class="field">
              Why (kept with the change; may be left out)
              <input ref={reason} type="text" maxLength={200} />
            </label>
          )}
          <div class="dialog-actions">
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button kind={props.kind ?? "main"} disabled={busy} onClick={() => void run()}>
              {question.yes}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
