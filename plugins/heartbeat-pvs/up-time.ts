/** Up times as people read them. */

/** `3 days 04:05:06`, without days below one. */
export function upTimeText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const time = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return days === 0 ? time : `${days} ${days === 1 ? "day" : "days"} ${time}`;
}
