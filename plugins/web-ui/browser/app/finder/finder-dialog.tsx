/** The dialog of the search for anything: a box, and below it what was found, chosen by keys or with the mouse. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Shape } from "../../components/state.js";
import { printable } from "../../formats/printable.js";
import { go } from "../../url.js";
import "../../styles/finder.css";
import { type Choice, grouped, keyToChoice } from "./choices.js";
import { remember } from "./recent.js";
import { type Found, useFound } from "./use-found.js";

export function FinderDialog({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const text = typed.trim();
  const found = useFound(text);
  const [active, setActive] = useState(0);
  /** Enter came before the answer: the first one is taken when it is here. */
  const isAwaited = useRef(false);
  const id = useId();
  const { choices } = found;
  const isCurrent = found.text === text;

  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  const choose = (choice: Choice): void => {
    remember(choice);
    onClose();
    go(choice.address);
  };

  useLayoutEffect(() => {
    setActive(0);
    const [first] = choices;
    if (isAwaited.current && isCurrent && first !== undefined) choose(first);
  }, [choices]);

  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = keyToChoice(event.key, active, choices.length);
    if (next !== undefined) {
      event.preventDefault();
      setActive(next);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      const choice = choices[active];
      if (!isCurrent) isAwaited.current = true;
      else if (choice !== undefined) choose(choice);
    }
  };

  return (
    <dialog
      ref={dialog}
      class="finder"
      aria-label="Find anything"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div class="finder-body">
        <input
          class="finder-text"
          type="text"
          role="combobox"
          aria-label="Name or address"
          aria-autocomplete="list"
          aria-expanded={choices.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={choices.length > 0 ? `${id}-${active}` : undefined}
          placeholder="PV, host, server, client or page"
          maxLength={500}
          spellcheck={false}
          autocomplete="off"
          value={typed}
          onInput={(event) => {
            isAwaited.current = false;
            setTyped(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
        <p class="finder-state" role="status">
          {stateText(found, isCurrent)}
        </p>
        <div id={`${id}-list`} class="finder-list" role="listbox" aria-label="Found">
          <Groups id={id} choices={choices} active={active} onChoose={choose} />
        </div>
        <p class="finder-keys" aria-hidden="true">
          <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> opens · <kbd>Esc</kbd> closes
        </p>
      </div>
    </dialog>
  );
}

function stateText({ text, count, problem }: Found, isCurrent: boolean): string {
  if (!isCurrent) return "Searching …";
  if (problem !== undefined) return `Not everything could be searched: ${problem.message}`;
  if (text === "") return "";
  if (count === 0) return "Nothing found";
  return count === 1 ? "1 found" : `${count} found`;
}

interface GroupsProps {
  readonly id: string;
  readonly choices: readonly Choice[];
  readonly active: number;
  readonly onChoose: (choice: Choice) => void;
}

function Groups({ id, choices, active, onChoose }: GroupsProps) {
  return (
    <>
      {[...grouped(choices)].map(([group, members]) => (
        <div key={group} role="group" aria-label={group}>
          <p class="finder-group" aria-hidden="true">
            {group}
          </p>
          {members.map((choice) => {
            const index = choices.indexOf(choice);
            return (
              <a
                key={choice.address}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === active}
                tabIndex={-1}
                class="finder-choice"
                href={choice.address}
                onClick={(event) => {
                  // With a key pressed the browser opens it in a tab of its own.
                  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                  event.preventDefault();
                  onChoose(choice);
                }}
              >
                {choice.tone !== undefined && <Shape tone={choice.tone} />}
                <bdi class="finder-name">{printable(choice.text)}</bdi>
                {choice.detail !== undefined && (
                  <bdi class="finder-detail">{printable(choice.detail)}</bdi>
                )}
              </a>
            );
          })}
        </div>
      ))}
    </>
  );
}
