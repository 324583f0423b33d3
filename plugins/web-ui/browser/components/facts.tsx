/** What is known of one thing, as names and values, in parts of a page. */
import type { ComponentChildren } from "preact";
import { printable } from "../formats/printable.js";

export function Facts({ children }: { readonly children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

export function Fact(props: {
  readonly name: string;
  /** As wide as two. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <div class={props.wide === true ? "fact fact-wide" : "fact"}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** A part of a page with a heading of its own. */
export function Section(props: {
  /** For links to it from the same page. */
  readonly id?: string;
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="section" id={props.id}>
      <header class="section-head">
        <h2>{printable(props.title)}</h2>
        {props.note !== undefined && <p class="section-note">{props.note}</p>}
        {props.actions !== undefined && <div class="section-actions">{props.actions}</div>}
      </header>
      {props.children}
    </section>
  );
}
