/** Finds things by a text while it is typed: one round of questions at a time, and the old ones are given up. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../../api/client.js";
import { Problem } from "../../api/problem.js";
import type { Client, Host, Page, Pv, Server } from "../../api/types.js";
import { PAGES } from "../pages.js";
import {
  type Choice,
  clientChoice,
  hostChoice,
  otherChoices,
  pageChoices,
  pvChoice,
  serverChoice,
} from "./choices.js";
import { recentChoices } from "./recent.js";

export interface Found {
  /** For which they were found. */
  readonly text: string;
  readonly choices: readonly Choice[];
  /** Things of the site among them. */
  readonly count: number;
  /** Why there may be more than these. */
  readonly problem: Problem | undefined;
}

const TYPING_MS = 180;
const MOST_PVS = 8;
const MOST_OTHERS = 4;

/** Recent choices and pages for no text. */
export function useFound(text: string): Found {
  const [found, setFound] = useState<Found>(withoutText);
  useEffect(() => {
    if (text === "") {
      setFound(withoutText());
      return;
    }
    const gone = new AbortController();
    const timer = setTimeout(() => {
      find(text, gone.signal).then(
        (answer) => setFound(answer),
        () => undefined,
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [text]);
  return found;
}

function withoutText(): Found {
  const choices = [...recentChoices(), ...pageChoices(PAGES, "")];
  return { text: "", choices, count: choices.length, problem: undefined };
}

/** Rejects only when it is given up. */
async function find(text: string, signal: AbortSignal): Promise<Found> {
  let problem: Problem | undefined;
  const list = async <T>(path: string, limit: number, choice: (item: T) => Choice) => {
    try {
      const { items } = await ask<Page<T>>(path, { match: text, limit }, signal);
      return items.map(choice);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // A text that one list does not take, as too long for an address, says nothing of the others.
      if (error.status !== 400) problem = error;
      return [];
    }
  };
  const things = await Promise.all([
    list<Pv>("pvs", MOST_PVS, pvChoice),
    list<Host>("hosts", MOST_OTHERS, hostChoice),
    list<Server>("servers", MOST_OTHERS, serverChoice),
    list<Client>("clients", MOST_OTHERS, clientChoice),
  ]);
  const choices = [...things.flat(), ...pageChoices(PAGES, text)];
  return { text, choices: [...choices, ...otherChoices(text)], count: choices.length, problem };
}
