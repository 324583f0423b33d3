/** Who a storm is: those that together ask for most of it. */
import { formatIpv4 } from "../address.js";
import type { AskingClient, BusyClients } from "../clients/clients.js";
import type { Evidence } from "../event.js";

/** Who asks for so much of all is who the storm is: at five times as much as usual, one client alone has four fifths. */
const CULPRITS_SHARE = 0.75;
export const MOST_CULPRITS = 3;
/** Those that were told have stopped when they have less than this, and others go on. */
const GONE_SHARE = 0.25;

/** Undefined when these would be more than are known. @param counted names that all clients have asked for */
export function culpritsOf(
  { top }: BusyClients,
  counted: number,
): readonly AskingClient[] | undefined {
  const count = countOf(
    top.map(({ names }) => names),
    CULPRITS_SHARE * counted,
  );
  return count === undefined ? undefined : top.slice(0, count);
}

/** 0..1, to the hundredth; what came late may have been counted for the one and not yet for the other. */
export function shareOf(names: number, counted: number): number {
  return counted === 0 ? 0 : Math.min(1, Math.round((100 * names) / counted) / 100);
}

/** Whoever was told may have stopped, and others gone on. @param evidence that of the event that told */
export function areOthers(evidence: Evidence, busy: BusyClients, counted: number): boolean {
  const told = toldCulprits(evidence);
  if (told.size === 0) return culpritsOf(busy, counted)?.length === 1;
  // Of those that are not among the top three, none has more than a quarter.
  const still = busy.top.filter(({ client }) => told.has(formatIpv4(client)));
  return still.reduce((sum, { names }) => sum + names, 0) < GONE_SHARE * counted;
}

/** Their addresses; none when it was many. */
function toldCulprits({ clients, shares }: Evidence): ReadonlySet<unknown> {
  const count = countOf([shares].flat().map(Number), CULPRITS_SHARE - ROUNDING);
  return new Set(count === undefined ? [] : [clients].flat().slice(0, count));
}

/** Of shares that are kept to the hundredth, three at most. */
const ROUNDING = 0.015;

function countOf(values: readonly number[], enough: number): number | undefined {
  let sum = 0;
  const last = values.findIndex((value) => {
    sum += value;
    return sum >= enough;
  });
  return last < 0 ? undefined : last + 1;
}
