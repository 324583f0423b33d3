/** Parts of a name that is not known, by which names like it may be found. */

/** All before the last part of a name, with the separator. */
const WITHOUT_LAST_PART = /^(.*[:.\-_{}[\]])[^:.\-_{}[\]]+[:.\-_{}[\]]*$/s;
const SHORTEST = 4;

/** The longest first: the name itself, then without its last parts; none shorter than four characters. */
export function partsOfName(name: string, most = 4): readonly string[] {
  const parts: string[] = [];
  // They would make a glob of it.
  let rest = name.replaceAll(/[*?]/g, "");
  while (rest.length >= SHORTEST && parts.length < most) {
    parts.push(rest);
    rest = WITHOUT_LAST_PART.exec(rest)?.[1] ?? "";
  }
  return parts;
}
