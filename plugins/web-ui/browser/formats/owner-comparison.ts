/** What several servers say of one channel, side by side: where they differ, clients get what chance gives them. */
import type { ChannelInfo } from "../api/types.js";
import { countText, rateText } from "./number.js";

export interface ComparedRow {
  readonly name: string;
  /** One for each server, in their order; null where it said nothing. */
  readonly values: readonly (string | null)[];
  /** Servers that answered say different things. */
  readonly differs: boolean;
}

/** Elements of a waveform that are shown. */
const SHOWN = 12;

const ACCESS = { none: "none", read: "read", write: "write", both: "read and write" } as const;

export const CHANNEL_STATE: Readonly<Record<ChannelInfo["state"], string>> = {
  connected: "Has it",
  refused: "Does not have it",
  unreachable: "Cannot be reached",
  timeout: "Does not answer",
};

export function compareOwners(infos: readonly ChannelInfo[]): readonly ComparedRow[] {
  return [
    row("Type", infos, ({ nativeType }) => nativeType ?? null),
    row("Elements", infos, ({ elementCount }) =>
      elementCount === undefined ? null : countText(elementCount),
    ),
    row("Access", infos, ({ access }) => (access === undefined ? null : accessText(access))),
    row("Value", infos, ({ value }) => (value === undefined ? null : valueText(value))),
    { ...row("Answered after", infos, ({ timeMs }) => `${rateText(timeMs)} ms`), differs: false },
  ];
}

function row(
  name: string,
  infos: readonly ChannelInfo[],
  value: (info: ChannelInfo) => string | null,
): ComparedRow {
  const values = infos.map(value);
  const said = new Set(values.filter((text) => text !== null));
  return { name, values, differs: said.size > 1 };
}

function accessText({ read, write }: { readonly read: boolean; readonly write: boolean }): string {
  if (read && write) return ACCESS.both;
  if (read) return ACCESS.read;
  return write ? ACCESS.write : ACCESS.none;
}

function valueText(value: NonNullable<ChannelInfo["value"]>): string {
  if (!Array.isArray(value)) return String(value);
  const rest = value.length - SHOWN;
  return `${value.slice(0, SHOWN).join(", ")}${rest > 0 ? `, and ${countText(rest)} more` : ""}`;
}
