import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineStore, type StorePlugin } from "pvmon";
import { backUp } from "../../core/backup.js";

const quiet = new AbortController().signal;

function storeWith(changes: Partial<StorePlugin>): StorePlugin {
  const sound = defineStore({
    name: "memory",
    description: "Remembers nothing at all.",
    configSchema: {
      type: "object",
      additionalProperties: false,
      properties: { key: { type: "string", format: "password", description: "A secret." } },
    } as never,
    create: () => ({
      start: async () => undefined,
      stop: async () => undefined,
      load: async function* () {},
      write: async () => undefined,
    }),
  });
  return { ...sound, ...changes };
}

describe("a backup", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-backup-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const backUpOf = (site: string, plugin: StorePlugin, store?: string): Promise<void> =>
    backUp({ site: `${site}\n`, to: join(folder, "copy"), store }, quiet, {
      plugins: { memory: plugin },
      folder,
    });

  it("is asked of the store, with its options and a path of its own", async () => {
    const asked: unknown[] = [];
    const plugin = storeWith({
      backup: async ({ config, to }) => {
        asked.push(config, to);
      },
    });
    await backUpOf("stores: [{ use: memory, config: { key: x-1 } }]", plugin);
    assert.deepEqual(asked, [{ key: "x-1" }, join(folder, "copy")]);
  });

  it("has to be of one store that makes copies", async () => {
    const two = "stores: [{ use: memory }, { use: memory, id: other }]";
    const code = "BACKUP";
    const able = storeWith({ backup: async () => undefined });
    await assert.rejects(backUpOf("name: x", able), { code, message: /has no stores/ });
    await assert.rejects(backUpOf(two, able), { code, message: /--store, one of memory, other/ });
    await assert.rejects(backUpOf(two, able, "third"), { code, message: /no store "third"/ });
    await backUpOf(two, able, "other");
    const unable = backUpOf("stores: [{ use: memory }]", storeWith({}));
    await assert.rejects(unable, { code, message: /makes no copies itself/ });
  });

  it("hides secrets in what goes wrong", async () => {
    const plugin = storeWith({
      backup: async ({ config }) => {
        throw new Error(`no way with ${(config as { key: string }).key}`);
      },
    });
    await assert.rejects(
      backUpOf("stores: [{ use: memory, config: { key: s3cr3t-key } }]", plugin),
      {
        code: "BACKUP",
        message: /^"memory" was not copied: no way with (?!s3cr3t)/,
      },
    );
  });
});
