/** Filters that came with a link: each says what it is, and can be taken off. */
import type { ComponentChildren } from "preact";
import { setParameters } from "../url.js";
import { useParameter } from "./filters.js";
import { Name } from "./links.js";

interface Filter {
  /** Of the parameter in the address. */
  readonly name: string;
  readonly label: string;
}

export const HOST_FILTER: readonly Filter[] = [{ name: "host", label: "Host" }];

/** Nothing when none of them is set. */
export function ActiveFilters({ filters }: { readonly filters: readonly Filter[] }) {
  return (
    <>
      {filters.map((filter) => (
        <ActiveFilter key={filter.name} {...filter} />
      ))}
    </>
  );
}

function ActiveFilter({ name, label }: Filter): ComponentChildren {
  const value = useParameter(name);
  if (value === "") return null;
  return (
    <button
      type="button"
      class="chip chip-active"
      onClick={() => setParameters({ [name]: undefined })}
    >
      <span class="visually-hidden">Take off the filter</span>
      <span class="chip-label">{label}</span>
      <Name text={value} />
      <span aria-hidden="true">×</span>
    </button>
  );
}
