/** Writing a note into the log, of a host or of the whole site. */
import { useState } from "preact/hooks";
import { change } from "../api/client.js";
import { may, whyNot } from "../api/session.js";
import { say } from "../app/messages.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";
import "../styles/logs.css";

const MAX_LENGTH = 2000;

interface Props {
  /** The host that it is about; without one, the site. */
  readonly host?: string;
  readonly onWritten: () => void;
}

export function AddNote({ host, onWritten }: Props) {
  const [writing, setWriting] = useState(false);
  const [problem, setProblem] = useState<string | undefined>();
  const allowed = may("operator");
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form);
    try {
      await change("POST", "logs", {
        text: String(data.get("text")).trim(),
        pending: data.get("pending") !== null,
        ...(host !== undefined && { host }),
      });
      say("The note is in the log.");
      setWriting(false);
      onWritten();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <Button
        disabled={!allowed}
        title={allowed ? undefined : `Not possible: ${whyNot("operator")}`}
        onClick={() => {
          setProblem(undefined);
          setWriting(true);
        }}
      >
        Add a note
      </Button>
      {writing && (
        <Dialog
          title={host === undefined ? "A note for the site" : `A note on ${host}`}
          onClose={() => setWriting(false)}
        >
          <form
            class="note-form"
            onSubmit={(event) => {
              event.preventDefault();
              void submit(event.currentTarget);
            }}
          >
            <label class="field">
              What others should know
              <textarea name="text" required maxLength={MAX_LENGTH} />
            </label>
            <label class="check">
              <input type="checkbox" name="pending" /> Somebody has to acknowledge it
            </label>
            {problem !== undefined && (
              <p class="field-problem" role="alert">
                {problem}
              </p>
            )}
            <div class="dialog-actions">
              <Button onClick={() => setWriting(false)}>Cancel</Button>
              <Button type="submit" kind="main">
                Add it
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
