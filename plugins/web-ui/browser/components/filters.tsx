/** Filters whose state is in the address bar: a search box, chips to choose from, a menu. */
import { useEffect, useRef, useState } from "preact/hooks";
import { countText } from "../formats/number.js";
import { printable } from "../formats/printable.js";
import { parameters, setParameters } from "../url.js";

/** A parameter of the address, `""` when it is not there. */
export function useParameter(name: string): string {
  return parameters.value.get(name) ?? "";
}

interface SearchProps {
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  /** Why the text is no good, below the box. */
  readonly problem?: string | undefined;
  /** `/` puts the cursor in it. */
  readonly hotkey?: boolean;
}

const TYPING_MS = 250;

/** Filters while somebody types; what was typed on the way is no step to come back to. */
export function SearchBox({ name, label, placeholder, problem, hotkey = true }: SearchProps) {
  const committed = useParameter(name);
  const [text, setText] = useState(committed);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => setText(committed), [committed]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!hotkey) return;
    const focus = (event: KeyboardEvent): void => {
      const typing =
        event.target instanceof Element && event.target.closest("input,textarea,select");
      if (event.key !== "/" || typing) return;
      event.preventDefault();
      box.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, [hotkey]);
  const commit = (value: string): void => {
    clearTimeout(timer.current);
    if (value !== committed) setParameters({ [name]: value }, { replace: committed !== "" });
  };
  return (
    <div class="search">
      <input
        ref={box}
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={text}
        spellcheck={false}
        autocomplete="off"
        aria-invalid={problem !== undefined}
        onInput={(event) => {
          const { value } = event.currentTarget;
          setText(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => commit(value), TYPING_MS);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit(event.currentTarget.value);
        }}
      />
      {problem !== undefined && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

interface ChipsProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly {
    readonly value: string;
    readonly text: string;
    readonly count?: number;
  }[];
  /** One of them at a time; otherwise any number, separated by commas in the address. */
  readonly single?: boolean;
}

export function Chips({ name, label, options, single = false }: ChipsProps) {
  const chosen = useParameter(name)
    .split(",")
    .filter((value) => value !== "");
  const toggle = (value: string): void => {
    const others = chosen.filter((other) => other !== value);
    const next = chosen.includes(value) ? others : single ? [value] : [...others, value];
    setParameters({ [name]: next.join(",") });
  };
  return (
    <fieldset class="chips">
      <legend class="visually-hidden">{label}</legend>
      {options.map(({ value, text, count }) => (
        <button
          key={value}
          type="button"
          class="chip"
          aria-pressed={chosen.includes(value)}
          onClick={() => toggle(value)}
        >
          {printable(text)}
          {count !== undefined && <span class="chip-count">{countText(count)}</span>}
        </button>
      ))}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  /** The first one is the default, and not in the address. */
  readonly options: readonly { readonly value: string; readonly text: string }[];
}

export function Choice({ name, label, options }: ChoiceProps) {
  const value = useParameter(name) || (options[0]?.value ?? "");
  return (
    <label class="choice">
      <span>{label}</span>
      <select
        aria-label={label}
        value={value}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          setParameters({ [name]: chosen === options[0]?.value ? undefined : chosen });
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {printable(option.text)}
          </option>
        ))}
      </select>
    </label>
  );
}
