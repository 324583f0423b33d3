/** Numbers of the network, which come as numbers or as texts: checked against their range, or not taken. */

export const MAX_UINT32 = 0xffff_ffff;

/** A whole number of `min` to `max` out of a number or its decimal digits; undefined when it is something else. */
export function wholeNumber(value: unknown, min: number, max: number): number | undefined {
  const number = decimal(value, min, max);
  return Number.isInteger(number) ? number : undefined;
}

/** Likewise with a fraction. */
export function decimal(value: unknown, min: number, max: number): number | undefined {
  const number =
    typeof value === "string" && /^\s*\d{1,16}(\.\d{1,16})?\s*$/.test(value)
      ? Number(value)
      : value;
  // -0 would be a second zero.
  return typeof number === "number" && number >= min && number <= max ? number + 0 : undefined;
}
