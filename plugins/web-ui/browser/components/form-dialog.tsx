/** A form in front of the page. It stays, and says why, when what it is for could not be done. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { may, whyNot } from "../api/session.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import "../styles/form-dialog.css";

interface Props {
  readonly title: string;
  /** On the button that does it: a verb. */
  readonly yes: string;
  /** The fields; their names are those of the data. */
  readonly children: ComponentChildren;
  /** Rejects with what to tell; once at a time. */
  readonly onSubmit: (data: FormData) => Promise<unknown>;
  /** It is done, or was given up. */
  readonly onClose: () => void;
}

export function FormDialog({ title, yes, children, onSubmit, onClose }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const submit = async (form: HTMLFormElement): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await onSubmit(new FormData(form));
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form-dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {children}
        {problem !== undefined && (
          <p class="field-problem" role="alert">
            {problem}
          </p>
        )}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="main" disabled={busy}>
            {yes}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface OpenerProps {
  readonly kind?: "plain" | "main" | "quiet" | undefined;
  readonly onOpen: () => void;
  readonly children: ComponentChildren;
}

/** A button that opens one; for operators. */
export function FormOpener({ kind = "plain", onOpen, children }: OpenerProps) {
  const allowed = may("operator");
  return (
    <Button
      kind={kind}
      disabled={!allowed}
      title={allowed ? undefined : `Not possible: ${whyNot("operator")}`}
      onClick={onOpen}
    >
      {children}
    </Button>
  );
}
