/** What comes from disks and databases, and what people write. */
import assert from "node:assert/strict";
import { ConfigError } from "../../../core/config/problem.js";
import { SiteFile } from "../../../core/config/site-file.js";
import { CursorError } from "../../../core/model/pages/page.js";
import { decodeLines, encodeLine } from "../../../core/runtime/spool-line.js";
import { packPv, unpackPv } from "../../../core/sql-store/index.js";
import { StartupIndex } from "../../../plugins/startup-files/packed-index.js";
import { parseIndex } from "../../../plugins/startup-files/parse.js";
import { FoldedSite } from "../folded-site.js";
import type { FuzzTarget } from "../target.js";

const PAGE = 10;
const MAX_LINES = 100;

export const siteFile: FuzzTarget = {
  what: "site files",
  create: () => (input) => {
    const text = Buffer.from(input).toString();
    try {
      const file = new SiteFile(
        { text, file: "site.yml", folder: "/nowhere" },
        { SECRET: "s3cret" },
      );
      file.site();
      file.throwIfWrong();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const { line, column, message } of error.problems) {
        assert.ok(line >= 1 && column >= 1 && message !== "", message);
        assert.doesNotMatch(message, /s3cret/);
      }
    }
  },
};

/** Refused with an Error for people, or every PV finds its files. */
export const startupIndex: FuzzTarget = {
  what: "indices of start-up files",
  create: () => (input) => {
    try {
      const index = new StartupIndex(parseIndex(Buffer.from(input).toString()));
      for (const name of ["SR:one", "SR:two", "", "__proto__"]) index.filesOf(name);
    } catch (error) {
      if ((error as Error).constructor !== Error) throw error;
    }
  },
};

/** A damaged line is left out; what is taken can be written again. */
export const spool: FuzzTarget = {
  what: "lines of the spool",
  create: () => (input) => {
    const { rows, bytes } = decodeLines(Buffer.from(input), MAX_LINES);
    assert.ok(bytes <= input.length);
    for (const row of rows) if (row !== undefined) encodeLine(row);
  },
};

/** The first byte says how long the name is. A damaged record is refused with a RangeError, or it is a row. */
export const pvRecord: FuzzTarget = {
  what: "packed PVs of stores",
  create: () => (input) => {
    const nameBytes = input[0] ?? 0;
    const name = input.slice(1, 1 + nameBytes);
    try {
      packPv(unpackPv({ name, record: input.slice(1 + nameBytes) }));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  },
};

export const cursor: FuzzTarget = {
  what: "cursors of lists",
  create: () => {
    const { inventory } = new FoldedSite();
    const lists: readonly ((cursor: string) => unknown)[] = [
      (cursor) => [...inventory.pvPage({ limit: PAGE, sort: "name", order: "asc", cursor })],
      (cursor) => [...inventory.pvPage({ limit: PAGE, sort: "requests", order: "desc", cursor })],
      (cursor) => inventory.listServers({ limit: PAGE, cursor }),
      (cursor) => inventory.listHosts({ limit: PAGE, cursor }),
      (cursor) => inventory.listClients({ limit: PAGE, cursor }),
      (cursor) => inventory.listApps({ limit: PAGE, cursor }),
    ];
    return (input) => {
      const text = Buffer.from(input).toString();
      for (const list of lists) {
        try {
          list(text);
        } catch (error) {
          if (!(error instanceof CursorError)) throw error;
        }
      }
    };
  },
};
