/** The services of one pvmon by their typed tokens. The only file that knows tsyringe. */
import "reflect-metadata";
import { type DependencyContainer, container as root } from "tsyringe";
import { PvmonError } from "../plugin/errors.js";
import type { Needs, Token } from "../plugin/token.js";

/** Holds instances only: who makes them, and when, is the composition root's business, and their lifetime the lifecycle's. */
export class Container {
  // A child of its own, so that two pvmons in one process share nothing.
  readonly #services: DependencyContainer = root.createChildContainer();

  register<T>(token: Token<T>, service: T): void {
    this.#services.registerInstance<unknown>(token.symbol, service);
  }

  has(token: Token<unknown>): boolean {
    return this.#services.isRegistered(token.symbol);
  }

  find<T>(token: Token<T>): T | undefined {
    return this.has(token) ? this.#services.resolve<T>(token.symbol) : undefined;
  }

  /** @throws PvmonError SERVICE_MISSING */
  get<T>(token: Token<T>): T {
    const service = this.find(token);
    if (service === undefined) {
      throw new PvmonError("SERVICE_MISSING", `nobody provides ${token.name}`);
    }
    return service;
  }

  /** What a plugin gets for its `needs`, by alias; undefined for optional ones that nobody provides. */
  forNeeds(needs: Needs): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      Object.entries(needs).map(([alias, token]) => [
        alias,
        token.optional ? this.find(token) : this.get(token),
      ]),
    );
  }
}
