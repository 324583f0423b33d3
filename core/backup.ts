/** `pvmon backup`: a copy of what a store has, made by the store's own plugin while pvmon runs. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { PvmonError } from "./plugin/errors.js";
import type { StorePlugin } from "./plugin/plugin.js";
import { checkSite, type PvmonOptions } from "./pvmon.js";
import { messageOf } from "./runtime/error-message.js";
import type { Planned } from "./runtime/planning.js";

export interface BackupRequest {
  /** The path of a site file. */
  readonly site: string;
  /** The file to make. */
  readonly to: string;
  /** The id of a store; needed where there are several. */
  readonly store: string | undefined;
}

/** @throws ConfigError, or PvmonError BACKUP, which leaves no file behind. */
export async function backUp(
  { site, to, store }: BackupRequest,
  signal: AbortSignal,
  options: PvmonOptions = {},
): Promise<void> {
  const { file, planned } = await checkSite(site, options);
  const { id, plugin, config } = chosenStore(planned, store);
  const { backup } = plugin as StorePlugin;
  if (backup === undefined) {
    throw failure(`"${id}" makes no copies itself: its README says how what it stores is copied`);
  }
  if (existsSync(to)) throw failure(`${to} is there already: name a file that is not`);
  try {
    const order = { config: structuredClone(config) as never, now: Date.now(), signal };
    await backup({ ...order, to: resolve(to) });
  } catch (error) {
    throw failure(file.secrets.hide(`"${id}" was not copied: ${messageOf(error)}`), error);
  }
}

function chosenStore(planned: readonly Planned[], wanted: string | undefined): Planned {
  const stores = planned.filter(({ plugin }) => plugin.kind === "store");
  const ids = stores.map(({ id }) => id).join(", ");
  const chosen = wanted === undefined ? stores : stores.filter(({ id }) => id === wanted);
  const [store] = chosen;
  if (store === undefined) {
    throw failure(
      ids === ""
        ? "the site file has no stores"
        : `there is no store "${wanted}"; there are: ${ids}`,
    );
  }
  if (chosen.length > 1) throw failure(`say which store: --store, one of ${ids}`);
  return store;
}

function failure(message: string, cause?: unknown): PvmonError {
  return new PvmonError("BACKUP", message, { cause });
}
