/** Who is logged in, and the way in and out. */
import { session } from "../api/session.js";
import { href } from "../url.js";

export function UserMenu() {
  const who = session.value;
  if (who === undefined) return null;
  return who.who === null && who.canLogIn ? (
    <a href={href("log-in")}>Log in</a>
  ) : (
    <span>{who.who}</span>
  );
}
