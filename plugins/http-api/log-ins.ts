/** Logging in and out: within limits, counted, and told in pvmon's log. */
import type { AccessService, AccessUser, Clock, Host } from "pvmon";
import { ApiError } from "./errors.js";
import { ConcurrencyLimit } from "./limits.js";
import { LogInLimits } from "./log-in-limits.js";

/** Each takes 32 MiB, and a processor for some tenths of a second: all of them together take one. */
const ACTIVE = 1;
const WAITING = 32;
const SHOWN_LENGTH = 64;

interface Counter {
  add(n?: number): void;
}

export class LogIns {
  readonly #access: AccessService;
  readonly #log: Host["log"];
  readonly #limits: LogInLimits;
  readonly #comparing = new ConcurrencyLimit("log-ins", ACTIVE, WAITING);
  readonly #succeeded: Counter;
  readonly #failed: Counter;
  readonly #limited: Counter;

  constructor(access: AccessService, clock: Clock, { log, metrics }: Host) {
    this.#access = access;
    this.#log = log;
    this.#limits = new LogInLimits(clock);
    this.#succeeded = metrics.counter("log_ins_total", "Log-ins.");
    this.#failed = metrics.counter(
      "log_ins_failed_total",
      "Log-ins with a wrong name or password, and requests with a wrong token.",
    );
    this.#limited = metrics.counter(
      "log_ins_limited_total",
      "Log-ins that were not looked at because too many failed before.",
    );
  }

  /** @throws ApiError wrongLogIn, the same for a wrong password and an unknown name; tooManyRequests; busy. */
  async logIn(name: string, password: string, address: string): Promise<AccessUser> {
    try {
      this.#limits.begin(name, address);
    } catch (error) {
      this.#limited.add();
      // Told only in detail: whoever tries most would fill the log.
      this.#log.debug("a log-in was put off", { name: shown(name), address });
      throw error;
    }
    const user = await this.#comparing
      .run(() => this.#access.logIn(name, password))
      .catch((error: unknown) => {
        this.#limits.undo(name, address);
        throw error;
      });
    if (user === undefined) {
      this.#failed.add();
      this.#log.warn("a log-in failed", { name: shown(name), address });
      throw new ApiError("wrongLogIn", "there is no user with this name and password");
    }
    this.#limits.succeeded(name, address);
    this.#succeeded.add();
    this.#log.info("logged in", { name: user.name, role: user.role, address });
    return user;
  }

  /** They are too long to be guessed, so nobody has to wait. */
  tokenRefused(address: string): void {
    this.#failed.add();
    this.#log.debug("an unknown token was refused", { address });
  }

  loggedOut(name: string, address: string): void {
    this.#log.info("logged out", { name, address });
  }
}

/** Anybody can call themselves anything: not more of it, and nothing that a terminal would obey. */
function shown(name: string): string {
  return name.slice(0, SHOWN_LENGTH).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}
