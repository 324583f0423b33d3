/** Typed names of services. Compared by symbol, so a plugin that brings its own copy of pvmon still gets ours. */

export interface Token<T> {
  readonly symbol: symbol;
  /** As in the documentation and in error messages: `INVENTORY`. */
  readonly name: string;
  /** True when a plugin can do without it; its service is then undefined. */
  readonly optional: boolean;
  /** Only in the type. */
  readonly service?: T;
}

export interface OptionalToken<T> extends Token<T> {
  readonly optional: true;
}

/** A site's own plugins may define tokens too; two with one name are the same token. */
export function token<T>(name: string): Token<T> & { readonly optional: false } {
  return { symbol: Symbol.for(`pvmon/${name}`), name, optional: false };
}

/** In `needs`: use the service when somebody provides it. */
export function optional<T>({ symbol, name }: Token<T>): OptionalToken<T> {
  return { symbol, name, optional: true };
}

export type Needs = Readonly<Record<string, Token<unknown>>>;

/** What a plugin gets for its `needs`. */
export type Services<N extends Needs> = {
  readonly [K in keyof N]: N[K] extends OptionalToken<infer T>
    ? T | undefined
    : N[K] extends Token<infer T>
      ? T
      : never;
};
