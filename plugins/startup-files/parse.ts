/** From the text of an index, `{ "PVS": { pv: [ids] }, "DATA": { id: path } }`, to its packed form. Slow: for a thread of its own. */
import { type PackedIndex, recordOf } from "./packed-index.js";

const MAX_PATH_LENGTH = 4096;
/** PV names have 499 bytes at most in Channel Access requests as pvmon takes them. */
const MAX_NAME_LENGTH = 499;

/**
 * Names that cannot be PV names are left out, and ids without a path.
 * @throws Error with what is wrong, for people, when the text is no index.
 */
export function parseIndex(text: string): PackedIndex {
  const { PVS: pvs, DATA: data } = objectOf(parseJson(text), "the whole");
  const paths = pathsOf(objectOf(data, '"DATA"'));
  return pack(filesByName(objectOf(pvs, '"PVS"'), paths.indices), paths.texts);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`it is no JSON: ${(error as Error).message}`);
  }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Error(
      `${what} is no object; wanted is { "PVS": { pv: [ids] }, "DATA": { id: path } }`,
    );
  }
  return value as Readonly<Record<string, unknown>>;
}

interface Paths {
  readonly texts: readonly string[];
  /** By id. */
  readonly indices: ReadonlyMap<string, number>;
}

function pathsOf(data: Readonly<Record<string, unknown>>): Paths {
  const texts: string[] = [];
  const indices = new Map<string, number>();
  for (const id in data) {
    const path = data[id];
    if (typeof path !== "string" || path === "" || path.length > MAX_PATH_LENGTH) {
      throw new Error(`"DATA" has no path for the id ${shown(id)}`);
    }
    indices.set(id, texts.length);
    texts.push(path);
  }
  return { texts, indices };
}

function filesByName(
  pvs: Readonly<Record<string, unknown>>,
  indices: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (const pv in pvs) {
    const ids = pvs[pv];
    if (!Array.isArray(ids)) throw new Error(`"PVS" has no list of ids for ${shown(pv)}`);
    const name = recordOf(pv);
    if (!isName(name)) continue;
    const files = [...(found.get(name) ?? []), ...indicesOf(pv, ids, indices)];
    if (files.length > 0) found.set(name, files.length > 1 ? [...new Set(files)] : files);
  }
  return found;
}

function indicesOf(
  pv: string,
  ids: readonly unknown[],
  indices: ReadonlyMap<string, number>,
): readonly number[] {
  const found = ids.map((id) => {
    if (typeof id === "string" || typeof id === "number") return indices.get(String(id));
    throw new Error(`"PVS" has something else than an id for ${shown(pv)}`);
  });
  return found.filter((index) => index !== undefined);
}

/** Of 1 to 499 latin-1 characters, as PVs are named on the network. */
function isName(name: string): boolean {
  if (name === "" || name.length > MAX_NAME_LENGTH) return false;
  for (let index = 0; index < name.length; index++) if (name.charCodeAt(index) > 0xff) return false;
  return true;
}

function pack(
  filesOf: ReadonlyMap<string, readonly number[]>,
  paths: readonly string[],
): PackedIndex {
  // As UTF-16, which is the order of bytes for latin-1.
  const names = [...filesOf.keys()].sort();
  const fileLists = names.map((name) => filesOf.get(name)!);
  const pathBytes = paths.map((path) => Buffer.from(path, "utf8"));
  return {
    names: copyOf(Buffer.from(names.join(""), "latin1")),
    nameEnds: endsOf(names),
    files: Uint32Array.from(fileLists.flat()),
    fileEnds: endsOf(fileLists),
    paths: copyOf(Buffer.concat(pathBytes)),
    pathEnds: endsOf(pathBytes),
  };
}

function endsOf(items: readonly { readonly length: number }[]): Uint32Array<ArrayBuffer> {
  let end = 0;
  return Uint32Array.from(items, ({ length }) => {
    end += length;
    return end;
  });
}

/** With memory of its own, which can be given away. */
function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/** A text from the file, in a message. */
function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
