/**
 * The address bar is the state of a page: which page, and every filter, sort and choice on it. A page is one path segment and a
 * query, so that relative addresses work below whatever path a proxy has put pvmon.
 */
import { computed, signal } from "@preact/signals";
import { href, type Parameters } from "./address.js";

export { href, type Parameters };

/** Everything before the last slash is where pvmon is, whatever that is. */
const folder = location.pathname.slice(0, location.pathname.lastIndexOf("/") + 1);

const current = signal(location.pathname + location.search);
addEventListener("popstate", () => {
  current.value = location.pathname + location.search;
});

/** The segment, `""` for the first page. */
export const page = computed(() => current.value.split("?", 1)[0]?.slice(folder.length) ?? "");
export const parameters = computed(
  () => new URLSearchParams(current.value.slice(current.value.indexOf("?") + 1 || Infinity)),
);

/** Goes there. `replace`: the page before it is not one to come back to, as while somebody types. */
export function go(address: string, options: { readonly replace?: boolean } = {}): void {
  const target = new URL(address, document.baseURI);
  if (options.replace === true) history.replaceState(null, "", target);
  else history.pushState(null, "", target);
  current.value = target.pathname + target.search;
}

/** Changes parameters of this page and leaves the others. */
export function setParameters(
  changed: Parameters,
  options: { readonly replace?: boolean } = {},
): void {
  go(href(page.value, { ...Object.fromEntries(parameters.value), ...changed }), options);
}

/** Of the page for logging in, which leads back to where somebody is now. */
export function logInAddress(): string {
  const query = parameters.value.toString();
  const here = `${page.value}${query === "" ? "" : `?${query}`}`;
  return href("log-in", { from: page.value === "log-in" ? undefined : here });
}

/** Follows links to our own pages without loading the document anew. Others, and clicks that want a tab, are the browser's. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.target !== "" || link.hasAttribute("download")) return;
  const target = new URL(link.href, document.baseURI);
  const segment = target.pathname.slice(folder.length);
  if (target.origin !== location.origin || !target.pathname.startsWith(folder)) return;
  if (target.hash !== "" || !/^[a-z-]*$/.test(segment)) return;
  event.preventDefault();
  const changed = segment !== page.value;
  go(target.href);
  if (changed) scrollTo(0, 0);
}
