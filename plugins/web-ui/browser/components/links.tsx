/** Links to the things that pvmon knows: the same name leads to the same page wherever it stands. */
import { printable, printableProse } from "../formats/printable.js";
import { href } from "../url.js";
import { Nothing } from "./time.js";

/** A text from the network in full on hover; what cannot be printed is shown as an escape. */
export function Name({ text }: { readonly text: string }) {
  return <bdi class="name">{printable(text)}</bdi>;
}

/** What people have written, with its lines; in a list as one line. */
export function Prose(props: { readonly text: string; readonly flat?: boolean }) {
  return <bdi class="name">{printableProse(props.text, props.flat === true ? " " : "\n")}</bdi>;
}

export function PvLink({ name }: { readonly name: string }) {
  return (
    <a href={href("pv", { name })} title={printable(name)}>
      <Name text={name} />
    </a>
  );
}

export function HostLink(props: { readonly host: string | null; readonly name?: string | null }) {
  if (props.host === null) return <Nothing />;
  const name = props.name ?? props.host;
  return (
    <a class="host-link" href={href("host", { host: props.host })} title={props.host}>
      <Name text={name} />
    </a>
  );
}

export function ServerLink({ server }: { readonly server: string | null }) {
  if (server === null) return <Nothing />;
  return (
    <a href={href("server", { server })}>
      <Name text={server} />
    </a>
  );
}

export function ClientLink(props: {
  readonly client: string | null;
  readonly name?: string | null;
}) {
  if (props.client === null) return <Nothing />;
  return (
    <a class="host-link" href={href("client", { client: props.client })} title={props.client}>
      <Name text={props.name ?? props.client} />
    </a>
  );
}
