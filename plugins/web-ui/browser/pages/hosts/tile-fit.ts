/** How large tiles can be so that all of them are on the screen at once: what a wall that is read from afar is about. */

export interface Screen {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Between tiles. */
  readonly gap: number;
}

export interface Fit {
  readonly columns: number;
  /** Of a tile, pixels. */
  readonly height: number;
  /** Of the name, pixels. */
  readonly fontSize: number;
}

/** A character is about so wide and a line so high, for a font of one pixel. */
const CHARACTER_WIDTH = 0.62;
/** Name, state, and room around them. */
const TILE_LINES = 2.9;
/** Beside the name: its shape, and the edges of the tile. */
const EXTRA_CHARACTERS = 3.2;
const MAX_FONT_SIZE = 64;
const MIN_FONT_SIZE = 9;

/** @param characters of the longest name. */
export function fitTiles(count: number, characters: number, screen: Screen): Fit {
  let best: Fit | undefined;
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(count / columns) || 1;
    const width = (screen.width - (columns - 1) * screen.gap) / columns;
    const height = (screen.height - (rows - 1) * screen.gap) / rows;
    const widest = width / ((characters + EXTRA_CHARACTERS) * CHARACTER_WIDTH);
    const fontSize = Math.min(widest, height / TILE_LINES, MAX_FONT_SIZE);
    if (best === undefined || fontSize > best.fontSize) best = { columns, height, fontSize };
  }
  const { columns, height, fontSize } = best ?? { columns: 1, height: screen.height, fontSize: 0 };
  return {
    columns,
    height: Math.max(MIN_FONT_SIZE * TILE_LINES, Math.min(height, MAX_FONT_SIZE * 4)),
    fontSize: Math.max(MIN_FONT_SIZE, fontSize),
  };
}
