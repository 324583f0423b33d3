/**
 * The index as a few arrays of bytes and numbers: it goes from thread to thread without a copy, costs about 50 bytes a PV, and is
 * nothing that garbage collection has to walk.
 */

export interface PackedIndex {
  /** All names, latin-1, ascending, one after another. */
  readonly names: Uint8Array<ArrayBuffer>;
  /** By name: where it ends in `names`. */
  readonly nameEnds: Uint32Array<ArrayBuffer>;
  /** By name: where its files end in `files`. */
  readonly fileEnds: Uint32Array<ArrayBuffer>;
  /** Indices of paths. */
  readonly files: Uint32Array<ArrayBuffer>;
  /** All paths, UTF-8, one after another. */
  readonly paths: Uint8Array<ArrayBuffer>;
  /** By path: where it ends in `paths`. */
  readonly pathEnds: Uint32Array<ArrayBuffer>;
}

const UTF8 = new TextDecoder();

export class StartupIndex {
  readonly #packed: PackedIndex;

  constructor(packed: PackedIndex) {
    this.#packed = packed;
  }

  /** Distinct names. */
  get pvs(): number {
    return this.#packed.nameEnds.length;
  }

  get paths(): number {
    return this.#packed.pathEnds.length;
  }

  /** In the order of the index; none for a name that it does not have. The name counts up to its first `.`. */
  filesOf(name: string): readonly string[] {
    const found = this.#find(recordOf(name));
    if (found < 0) return [];
    const { files, fileEnds } = this.#packed;
    const [begin, end] = span(fileEnds, found);
    return Array.from(files.subarray(begin, end), (path) => this.#path(path));
  }

  #path(index: number): string {
    const { paths, pathEnds } = this.#packed;
    return UTF8.decode(paths.subarray(...span(pathEnds, index)));
  }

  /** Its place, or -1. */
  #find(name: string): number {
    let low = 0;
    let high = this.pvs - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, name);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** Negative when the name at `place` comes before `name`. */
  #compare(place: number, name: string): number {
    const { names, nameEnds } = this.#packed;
    const [begin, end] = span(nameEnds, place);
    const length = Math.min(end - begin, name.length);
    for (let index = 0; index < length; index++) {
      const difference = names[begin + index]! - name.charCodeAt(index);
      if (difference !== 0) return difference;
    }
    return end - begin - name.length;
  }
}

/** The name of the record, without a field. */
export function recordOf(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}

function span(ends: Uint32Array, index: number): [begin: number, end: number] {
  return [index === 0 ? 0 : ends[index - 1]!, ends[index]!];
}
