/** A service that stays the same object while the plugin behind it is replaced after a failure. */

/** Each use goes to what `current` answers then. */
export function forwardTo(current: () => object): object {
  return new Proxy(Object.create(null) as object, {
    get: (_target, key) => {
      const service = current();
      const value: unknown = Reflect.get(service, key);
      return typeof value === "function" ? value.bind(service) : value;
    },
    has: (_target, key) => key in current(),
  });
}
