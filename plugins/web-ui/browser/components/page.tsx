/** What every page has: a title that the tab shows too, a place for actions, and one way to say that it waits, fails or has nothing. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isMissing } from "../api/loader.js";
import type { Problem } from "../api/problem.js";
import type { Resource } from "../api/resource.js";
import { siteName } from "../api/site.js";
import { printable } from "../formats/printable.js";
import { logInAddress, page } from "../url.js";
import { Button } from "./button.js";

interface Props {
  /** May be a name from the network. */
  readonly title: string;
  /** Beside the title: how many there are, say. */
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  /** True when the page shows what it is for, or why it cannot; tests and tools wait for it. */
  readonly ready: boolean;
  /** The page fills the window and scrolls inside, as long tables do. */
  readonly full?: boolean;
  readonly children: ComponentChildren;
}

/** Since the document was loaded. */
let pagesSeen = 0;
page.subscribe(() => {
  pagesSeen += 1;
});

export function Page(props: Props) {
  const { note, actions, ready, full = false, children } = props;
  const title = printable(props.title);
  const main = useRef<HTMLElement>(null);
  // Whoever came from another page goes on here, and a screen reader says what it is, unless a field of it has the focus.
  useEffect(() => {
    if (pagesSeen < 2 || main.current?.contains(document.activeElement) === true) return;
    main.current?.querySelector("h1")?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    const site = siteName.value;
    document.title = site === "" || site === "pvmon" ? `${title} · pvmon` : `${title} · ${site}`;
  }, [title, siteName.value]);
  return (
    <main
      id="main"
      ref={main}
      class={full ? "page page-full" : "page"}
      data-ready={ready ? "" : undefined}
    >
      <header class="page-head">
        <h1 tabIndex={-1}>{title}</h1>
        {note !== undefined && <p class="page-note">{note}</p>}
        {actions !== undefined && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}

/** Instead of an answer that could not be had. */
export function Failure(props: { readonly problem: Problem; readonly onRetry?: () => void }) {
  const { problem, onRetry } = props;
  const logIn = problem.status === 401;
  return (
    <section class="notice notice-alarm" role="alert">
      <h2>{logIn ? "You are not logged in" : "This could not be loaded"}</h2>
      <p>{printable(problem.message)}</p>
      <p>
        {logIn ? (
          <a class="button" href={logInAddress()}>
            Log in
          </a>
        ) : (
          onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>
        )}
      </p>
    </section>
  );
}

/** Where a list has nothing: what that means, and what to do. */
export function Empty(props: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <section class="notice">
      <h2>{printable(props.title)}</h2>
      {props.children}
    </section>
  );
}

export function Loading({ what = "Loading" }: { readonly what?: string }) {
  return (
    <p class="loading" role="status">
      <span class="loading-bar" />
      {what} …
    </p>
  );
}

/** Above an answer that could not be renewed. */
export function Stale({ problem }: { readonly problem: Problem }) {
  return (
    <p class="stale" role="status">
      Not up to date: {printable(problem.message)}
    </p>
  );
}

interface LoadedProps<T> {
  readonly of: Omit<Resource<unknown>, "data"> & { readonly data: T | undefined };
  /** Instead of one thing that pvmon does not know. */
  readonly missing?: ComponentChildren;
  readonly children: (data: T) => ComponentChildren;
}

/** The answer, or why there is none; an answer that could not be renewed stays, and says so. */
export function Loaded<T>({ of, missing, children }: LoadedProps<T>) {
  const { data, problem, reload } = of;
  if (missing !== undefined && isMissing(of)) return <>{missing}</>;
  if (data === undefined) {
    return problem === undefined ? <Loading /> : <Failure problem={problem} onRetry={reload} />;
  }
  return (
    <>
      {problem !== undefined && <Stale problem={problem} />}
      {children(data)}
    </>
  );
}
