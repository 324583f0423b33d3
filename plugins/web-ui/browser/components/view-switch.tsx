/** Several views of one page: links, so that each has its address, and the one that is shown is marked. */
import { href, page, parameters } from "../url.js";
import { useParameter } from "./filters.js";
import "../styles/view-switch.css";

interface Props {
  /** Of the parameter in the address. */
  readonly name: string;
  readonly label: string;
  /** The first one is the default, and not in the address. */
  readonly options: readonly { readonly value: string; readonly text: string }[];
}

export function ViewSwitch({ name, label, options }: Props) {
  const [first] = options;
  const shown = useParameter(name) || first?.value;
  const others = Object.fromEntries(parameters.value);
  return (
    <nav class="view-switch" aria-label={label}>
      {options.map(({ value, text }) => (
        <a
          key={value}
          href={href(page.value, { ...others, [name]: value === first?.value ? "" : value })}
          aria-current={value === shown ? "true" : undefined}
        >
          {text}
        </a>
      ))}
    </nav>
  );
}
