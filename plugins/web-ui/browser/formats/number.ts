/** Numbers as people read them. */

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** `1,234,567`. */
export function countText(count: number): string {
  return WHOLE.format(count);
}

/** `1.2M`: where there is little room. */
export function shortCount(count: number): string {
  return SHORT.format(count);
}

/** Three significant digits at most: `0.42`, `17.3`, `1,204`. */
export function rateText(perSecond: number): string {
  if (perSecond === 0) return "0";
  if (perSecond >= 100) return WHOLE.format(perSecond);
  return String(Number(perSecond.toPrecision(3)));
}

/** Of a share 0..1: `12 %`, `0.4 %`, `< 0.1 %`. */
export function shareText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return "< 0.1 %";
  const digits = percent > 0 && percent < 10 ? 1 : 0;
  return `${percent.toFixed(digits)} %`;
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"];

export function bytesText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < BYTE_UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : Number(size.toPrecision(3))} ${BYTE_UNITS[unit]}`;
}
