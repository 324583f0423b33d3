/** The users file on disk: read whole, replaced whole, and nobody's business but its owner's. */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { noUsers, parseUsers, type Users, type UsersChange } from "./users.js";
import { UsersError } from "./users-error.js";

const MAX_BYTES = 1024 * 1024;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
const ROOT = 0;

export interface ReadUsers {
  readonly users: Users;
  /** Why others than the owner may read or write it; undefined when they may not. */
  readonly exposed: string | undefined;
}

/** @returns undefined when there is no such file. @throws UsersError when it cannot be read or is no users file. */
export async function readUsers(path: string): Promise<ReadUsers | undefined> {
  let file: FileHandle;
  try {
    // Not to wait for whoever writes into a pipe.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new UsersError(`the users file ${path} cannot be read (${codeOf(error)})`);
  }
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new UsersError("it is not a file");
    if (found.size > MAX_BYTES) throw new UsersError("it is larger than a megabyte");
    const exposed =
      (found.mode & OTHERS) === 0
        ? undefined
        : `the users file ${path} is open to others than its owner: chmod 600 ${path}`;
    return { users: parseUsers(await file.readFile("utf8")), exposed };
  } catch (error) {
    const why =
      error instanceof UsersError ? error.message : `it cannot be read (${codeOf(error)})`;
    throw new UsersError(`the users file ${path} is broken: ${why}`);
  } finally {
    await file.close();
  }
}

/** What has to be mended before pvmon starts; undefined when all is well, or there is no file yet. */
export async function usersFileFault(path: string): Promise<string | undefined> {
  try {
    return (await readUsers(path))?.exposed;
  } catch (error) {
    return (error as UsersError).message;
  }
}

/**
 * Changes the users, making the file when there is none. Whoever reads meanwhile gets the old file or the new one.
 * @throws UsersError, with the file as it was.
 */
export async function changeUsers(given: string, change: UsersChange): Promise<Users> {
  // A link stays one: what it leads to is replaced.
  const path = await realpath(given).catch(() => given);
  const draft = `${path}.new`;
  const file = await openDraft(path, draft);
  try {
    const users = (await readUsers(path))?.users ?? noUsers();
    const after = { ...users, users: [...(await change(users.users))] };
    await file.writeFile(`${JSON.stringify(after, null, 2)}\n`);
    await giveToOwner(path, file);
    await file.sync();
    await rename(draft, path);
    return after;
  } catch (error) {
    await rm(draft, { force: true });
    if (error instanceof UsersError) throw error;
    throw cannotWrite(path, error);
  } finally {
    await file.close();
  }
}

/** The file that is going to take the other's place; there is only one at a time, so that no change is lost. */
async function openDraft(path: string, draft: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await open(draft, "wx", OWNER_ONLY);
  } catch (error) {
    // From the folder's making it has another path.
    const { code, path: of } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST" || of !== draft) throw cannotWrite(path, error);
    throw new UsersError(
      `another change is being made, or one was broken off: if none is, remove ${draft}`,
    );
  }
}

/** Made by root, it would be closed to the pvmon that is to read it: it goes to whom the file before, or its folder, belongs. */
async function giveToOwner(path: string, file: FileHandle): Promise<void> {
  if (process.getuid?.() !== ROOT) return;
  const { uid, gid } = await stat(path).catch(() => stat(dirname(path)));
  if (uid !== ROOT) await file.chown(uid, gid);
}

function cannotWrite(path: string, error: unknown): UsersError {
  return new UsersError(`the users file ${path} cannot be written (${codeOf(error)})`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}
