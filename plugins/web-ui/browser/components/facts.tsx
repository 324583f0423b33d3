/** What is known of one thing, as names and values; and figures that people look at from afar. */
import type { ComponentChildren } from "preact";
import type { Tone } from "../formats/words.js";
import { Shape } from "./state.js";

export function Facts({ children }: { readonly children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

export function Fact(props: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly tone?: Tone;
  readonly href?: string;
}

/** One number with its name; a link to what it counts. */
export function Figure({ name, value, note, tone, href }: FigureProps) {
  const content = (
    <>
      <span class="figure-name">
        {tone !== undefined && <Shape tone={tone} />}
        {name}
      </span>
      <span class="figure-value">{value}</span>
      {note !== undefined && <span class="figure-note">{note}</span>}
    </>
  );
  return href === undefined ? (
    <div class="figure">{content}</div>
  ) : (
    <a class="figure" href={href}>
      {content}
    </a>
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
        <h2>{props.title}</h2>
        {props.note !== undefined && <p class="section-note">{props.note}</p>}
        {props.actions !== undefined && <div class="section-actions">{props.actions}</div>}
      </header>
      {props.children}
    </section>
  );
}
