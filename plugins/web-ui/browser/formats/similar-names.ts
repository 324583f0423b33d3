/** Parts of a name that is not known, by which names like it may be found. */

const SEPARATOR = /[:.\-_{}[\]]/;
const LEAST = 4;

/** The longest first: the name itself, then without its last parts; none shorter than four characters. */
export function partsOfName(name: string, most = 4): readonly string[] {
  const parts: string[] = [];
  let rest = name.replaceAll(/[*?]/g, "");
  while (rest.length >= LEAST && parts.length < most) {
    parts.push(rest);
    let end = rest.length - 1;
    while (end > 0 && !SEPARATOR.test(rest.charAt(end))) end -= 1;
    // The separator stays, unless that alone is what would be taken away.
    const next = rest.slice(0, end === rest.length - 1 ? end : end + 1);
    if (next === rest) break;
    rest = next;
  }
  return parts;
}
