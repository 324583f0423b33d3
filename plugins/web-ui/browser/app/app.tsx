/** The frame around every page: navigation, search, who is logged in, and whether pvmon sees anything. */
import { effect, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { watchAnswers } from "../api/answering.js";
import { Problem } from "../api/problem.js";
import { loadSession, mustLogIn, watchSession } from "../api/session.js";
import { watchSite } from "../api/site.js";
import { startStream, stopStream } from "../api/stream.js";
import { Empty, Failure, Loading, Page } from "../components/page.js";
import { followLinks, href, page } from "../url.js";
import { Blindness } from "./blindness.js";
import { Connection } from "./connection.js";
import { LogInEnded } from "./log-in-ended.js";
import { LogInFirst } from "./log-in-first.js";
import { Messages } from "./messages.js";
import { Navigation } from "./navigation.js";
import { PAGES } from "./pages.js";
import { loadSettings } from "./settings.js";
import { TopBar } from "./top-bar.js";

const menuIsOpen = signal(false);
/** pvmon has said who we are, or says nothing at all: until then nothing is asked that it might refuse. */
const isKnown = signal(false);

export function App() {
  useEffect(() => {
    // What these say is only missed, and the pages tell themselves when pvmon does not answer.
    loadSettings().catch(() => undefined);
    loadSession()
      .catch(() => undefined)
      .finally(() => {
        isKnown.value = true;
        watchSession();
        watchSite();
        watchAnswers();
        effect(() => (mustLogIn.value ? stopStream() : startStream()));
      });
    document.addEventListener("click", followLinks);
  }, []);
  useEffect(() => {
    menuIsOpen.value = false;
  }, [page.value]);
  return (
    <div class={mustLogIn.value ? "app app-bare" : "app"}>
      <a class="skip" href="#main">
        To the content
      </a>
      <TopBar onMenu={() => (menuIsOpen.value = !menuIsOpen.value)} />
      {!mustLogIn.value && <Navigation open={menuIsOpen.value} />}
      <div class="content">
        <Connection />
        <LogInEnded />
        <Blindness />
        <CurrentPage />
      </div>
      <Messages />
    </div>
  );
}

type Loaded = ComponentType | Problem;

/** By segment: a page is loaded once. */
const loaded = new Map<string, Loaded>();

function CurrentPage() {
  const [, redraw] = useState(0);
  const segment = page.value;
  const entry = PAGES.find((known) => known.segment === segment);
  useEffect(() => {
    if (entry === undefined || typeof loaded.get(segment) === "function") return;
    entry.load().then(
      ({ default: component }) => {
        loaded.set(segment, component);
        redraw((count) => count + 1);
      },
      () => {
        const text =
          "This page could not be loaded: pvmon is stopped, or was updated; load it anew";
        loaded.set(segment, new Problem(text, 0, "noAnswer"));
        redraw((count) => count + 1);
      },
    );
  }, [segment]);

  if (entry === undefined) return <NoSuchPage />;
  if (mustLogIn.value && segment !== "log-in") return <LogInFirst />;
  const found = isKnown.value ? loaded.get(segment) : undefined;
  if (found instanceof Problem) {
    return (
      <Page title={entry.title} ready={false}>
        <Failure problem={found} onRetry={() => location.reload()} />
      </Page>
    );
  }
  if (found === undefined) {
    return (
      <Page title={entry.title} ready={false}>
        <Loading />
      </Page>
    );
  }
  const Component = found;
  return <Component key={segment} />;
}

function NoSuchPage() {
  return (
    <Page title="No such page" ready>
      <Empty title="There is no page with this address">
        <p>
          <a href={href("")}>The overview</a> leads everywhere.
        </p>
      </Empty>
    </Page>
  );
}
