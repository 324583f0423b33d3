/** Links to the things that pvmon knows: the same name leads to the same page wherever it stands. */
import { href } from "../url.js";
import { Nothing } from "./time.js";

/** A text from the network in full on hover; what cannot be printed is shown as an escape. */
export function Name({ text }: { readonly text: string }) {
  return <bdi class="name">{printable(text)}</bdi>;
}

/** Control characters and bytes that no font shows, as `\x1b`. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0]/gu, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
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
