/** One way to ask the API and one way to change something, both below the address of this page. */
import type { Parameters } from "../url.js";
import { isRefusal, Problem } from "./problem.js";

const API = new URL("api/v1/", document.baseURI);

/** The address of an answer, for downloads too. */
export function addressOf(path: string, query: Parameters = {}): string {
  const url = new URL(path, API);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") {
      url.searchParams.set(name, String(value));
    }
  }
  return url.href;
}

/**
 * One thing that there may not be. It is asked for in words that make its absence no error of HTTP, which a browser would log.
 * @throws Problem that {@link isMissing}
 */
export async function askForOne<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await ask<T | undefined>(path, { orNothing: true }, signal);
  if (answer === undefined)
    throw new Problem("pvmon knows none that is called so", 404, "notFound");
  return answer;
}

type Listener = () => void;
const refusalListeners = new Set<Listener>();

/** Told when pvmon refuses something for want of a log-in or a role: it may take us for somebody else by now. */
export function onRefusal(listener: Listener): void {
  refusalListeners.add(listener);
}

export function tellRefusal(): void {
  for (const listener of refusalListeners) listener();
}

/** A connection that broke without a word would never answer, and what waits for it never be asked again. */
const MOST_MS = 60_000;

/**
 * Rejects with a {@link Problem}, or as `fetch` does when the signal is aborted.
 * @param mostMs later there is no answer
 */
export async function ask<T>(
  path: string,
  query: Parameters = {},
  signal?: AbortSignal,
  mostMs = MOST_MS,
): Promise<T> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, mostMs);
  if (signal?.aborted === true) end();
  signal?.addEventListener("abort", end);
  try {
    return await request<T>(addressOf(path, query), { signal: ended.signal });
  } catch (error) {
    if (isLate) throw new Problem(`pvmon did not answer within ${mostMs / 1000} s`, 0, "noAnswer");
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
  }
}

/** A header of changes that are made in a session; empty without one. */
let csrfToken = "";
export function keepCsrfToken(token: string | null): void {
  csrfToken = token ?? "";
}

export function change<T>(
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  body?: object,
): Promise<T> {
  return request<T>(addressOf(path), {
    method,
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(csrfToken !== "" && { "x-csrf-token": csrfToken }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** A part of a path, whatever is in it. */
export function segment(text: string): string {
  // A path of "." or ".." alone would be taken for a folder.
  return encodeURIComponent(text).replace(/^\.{1,2}$/, (dots) => dots.replaceAll(".", "%2E"));
}

async function request<T>(address: string, init: RequestInit): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(address, { ...init, credentials: "same-origin" });
    text = await response.text();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(
      "pvmon does not answer: it is stopped, or the network is down",
      0,
      "noAnswer",
    );
  }
  if (!response.ok) {
    const problem = problemOf(response, text);
    if (isRefusal(problem) && problem.code !== "wrongLogIn") tellRefusal();
    throw problem;
  }
  try {
    return (text === "" ? undefined : JSON.parse(text)) as T;
  } catch {
    // The page for logging in to a proxy, say.
    throw new Problem("something else than pvmon has answered: load the page anew", 0, "unknown");
  }
}

function problemOf(response: Response, text: string): Problem {
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; parameter?: string };
    };
    const message =
      error.code === "csrfTokenMissing"
        ? "Somebody else has logged in here meanwhile, in another tab: try again"
        : error.message;
    return new Problem(message, response.status, error.code, error.parameter);
  } catch {
    // A proxy in between answers in its own words.
    const message = `the answer was ${response.status} ${response.statusText}`;
    return new Problem(message, response.status, "unknown");
  }
}
