/** The users as they are now: the file is looked at again when somebody asks, and read again when it is another one. */
import { stat } from "node:fs/promises";
import type { Log } from "../plugin/host.js";
import type { Clock } from "../plugin/services.js";
import type { User } from "./users.js";
import { readUsers } from "./users-file.js";

/** How old an answer may be. */
const FRESH_MS = 1000;

export interface UsersNow {
  readonly byName: ReadonlyMap<string, User>;
  /** Undefined while there is no file, or none that can be read. */
  readonly sessionKey: Buffer | undefined;
  /** Why it cannot be read; null when it can, or when there never was one. */
  readonly fault: string | null;
}

export const NO_USERS: UsersNow = { byName: new Map(), sessionKey: undefined, fault: null };
const ABSENT = "absent";

export class CurrentUsers {
  readonly #path: string;
  readonly #clock: Pick<Clock, "elapsed">;
  readonly #log: Pick<Log, "info" | "warn">;
  #now: UsersNow = NO_USERS;
  /** Which state of the file {@link #now} is of. */
  #version: string = ABSENT;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;

  constructor(path: string, clock: Pick<Clock, "elapsed">, log: Pick<Log, "info" | "warn">) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
  }

  /** Never rejects. */
  async get(): Promise<UsersNow> {
    if (this.#clock.elapsed() - this.#lookedAt >= FRESH_MS) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
      await this.#looking;
    }
    return this.#now;
  }

  async #look(): Promise<void> {
    const version = await versionOf(this.#path);
    if (version !== this.#version) {
      const isFirst = this.#lookedAt === Number.NEGATIVE_INFINITY;
      this.#now = await this.#read();
      this.#version = version;
      if (!isFirst && this.#now.fault === null) {
        this.#log.info("the users file was read again", { users: this.#now.byName.size });
      }
    }
    this.#lookedAt = this.#clock.elapsed();
  }

  async #read(): Promise<UsersNow> {
    try {
      const read = await readUsers(this.#path);
      // It was there before: without users this machine could change everything again, and nobody decided that.
      if (read === undefined) throw new Error(`the users file ${this.#path} is gone`);
      const { users, exposed } = read;
      if (exposed !== undefined) this.#log.warn(exposed);
      return {
        byName: new Map(users.users.map((user) => [user.name, user])),
        sessionKey: Buffer.from(users.sessionKey, "base64url"),
        fault: null,
      };
    } catch (error) {
      const fault = (error as Error).message;
      this.#log.warn("nobody can log in, and every session has ended", { reason: fault });
      return { ...NO_USERS, fault };
    }
  }
}

/** Another text as soon as the file is another one, or another user's. */
async function versionOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join();
  } catch (error) {
    const { code = "unreadable" } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? ABSENT : code;
  }
}
