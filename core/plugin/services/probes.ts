/** PROBES and CHANNEL_INFO: questions to the network, asked for by people. */
import type { ProbeOutcome, ProbeTarget } from "../plugin.js";
import { token } from "../token.js";

/** Asks a probe now, within that probe's own budget. */
export interface ProbesService {
  purposes(): readonly string[];
  /** Rejects with {@link NoProbeError} when no probe has the purpose, or when `signal` aborts. */
  run(
    purpose: string,
    targets: readonly ProbeTarget[],
    signal: AbortSignal,
  ): Promise<readonly ProbeOutcome[]>;
}
export const PROBES = token<ProbesService>("PROBES");

/** One channel of one server, as `cainfo` shows it. */
export interface ChannelInfo {
  readonly name: string;
  readonly server: string;
  /** `connected`; `refused`: the server does not have the name; `unreachable`: no circuit; `timeout`: no answer on one. */
  readonly state: "connected" | "refused" | "unreachable" | "timeout";
  /** For people, when it is not connected or a value could not be read. */
  readonly reason?: string;
  readonly access?: { readonly read: boolean; readonly write: boolean };
  /** As EPICS names it: `DBF_DOUBLE`, `DBF_STRING`, … */
  readonly nativeType?: string;
  readonly elementCount?: number;
  /** Of the server: its name as far as it is known, otherwise its address. */
  readonly host: string;
  readonly value?: string | number | readonly (string | number)[];
  /** From the first packet to the answer. */
  readonly timeMs: number;
}

export interface ChannelInfoService {
  /** Never rejects for what the network does. `value`: also read it. */
  info(
    target: { readonly name: string; readonly server: string },
    options: { readonly value?: boolean; readonly signal: AbortSignal },
  ): Promise<ChannelInfo>;
}
export const CHANNEL_INFO = token<ChannelInfoService>("CHANNEL_INFO");
