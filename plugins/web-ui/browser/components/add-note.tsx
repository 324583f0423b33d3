/** Writing a note into the log, of a host or of the whole site. */
import { useState } from "preact/hooks";
import { change } from "../api/client.js";
import { say } from "../app/messages.js";
import { FormDialog, FormOpener } from "./form-dialog.js";

const MAX_LENGTH = 2000;

interface Props {
  /** The host that it is about; without one, the site. */
  readonly host?: string;
  readonly onWritten: () => void;
}

export function AddNote({ host, onWritten }: Props) {
  const [writing, setWriting] = useState(false);
  const add = async (data: FormData): Promise<void> => {
    await change("POST", "logs", {
      text: String(data.get("text")).trim(),
      pending: data.get("pending") !== null,
      ...(host !== undefined && { host }),
    });
    say("The note is in the log.");
    onWritten();
  };
  return (
    <>
      <FormOpener onOpen={() => setWriting(true)}>Add a note</FormOpener>
      {writing && (
        <FormDialog
          title={host === undefined ? "A note for the site" : `A note on ${host}`}
          yes="Add it"
          onSubmit={add}
          onClose={() => setWriting(false)}
        >
          <label class="field">
            What others should know
            <textarea name="text" required maxLength={MAX_LENGTH} />
          </label>
          <label class="field-tick">
            <input type="checkbox" name="pending" /> Somebody has to acknowledge it
          </label>
        </FormDialog>
      )}
    </>
  );
}
