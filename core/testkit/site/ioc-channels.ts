/** What a simulated IOC answers on a circuit: channels of the records that it has, and values that move a little. */
import {
  AccessRights,
  DbrType,
  Eca,
  encodeDbr,
  fieldTypeOf,
  type Message,
  MINOR_VERSION,
  utcMsToEpicsTime,
} from "epics-ca";
import { healthValue } from "./health-values.js";
import type { IocPlan } from "./plan.js";

export const VERSION: Message = { type: "version", priority: 0, minorVersion: MINOR_VERSION };

/** One circuit of an IOC. */
export interface ServedCircuit {
  readonly plan: IocPlan;
  readonly names: ReadonlySet<string>;
  /** Names by server id. */
  readonly channels: Map<number, string>;
}

const NOTHING = new Uint8Array(0);

export function answerOnCircuit(message: Message, circuit: ServedCircuit): readonly Message[] {
  const { plan, names, channels } = circuit;
  switch (message.type) {
    case "version":
      return [VERSION];
    case "echo":
      return [message];
    case "createChan": {
      const { cid, name } = message;
      if (!names.has(recordName(name))) return [{ type: "createChFail", cid }];
      const sid = channels.size + 1;
      channels.set(sid, name);
      const isText = typeof currentValue(plan, name) === "string";
      const dataType = isText ? DbrType.STRING : DbrType.DOUBLE;
      return [
        { type: "accessRights", cid, rights: AccessRights.READ | AccessRights.WRITE },
        { type: "createChanReply", cid, sid, dataType, dataCount: 1 },
      ];
    }
    case "readNotify": {
      const { ioid, dataType } = message;
      const name = channels.get(message.sid);
      const payload = name === undefined ? undefined : encoded(dataType, currentValue(plan, name));
      const status = payload === undefined ? Eca.BADTYPE : Eca.NORMAL;
      return [
        {
          type: "readNotifyReply",
          dataType,
          dataCount: 1,
          status,
          ioid,
          payload: payload ?? NOTHING,
        },
      ];
    }
    default:
      return [];
  }
}

/** The record of `record.FIELD`. */
export function recordName(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}

/** That of its host's monitor, otherwise a slow sine. */
function currentValue({ health }: IocPlan, name: string): string | number {
  const now = Date.now();
  const value = health === undefined ? undefined : healthValue(health, recordName(name), now);
  return value ?? 50 + 40 * Math.sin(now / 10_000);
}

/** In any type that holds it; undefined for the others. */
function encoded(type: number, value: string | number): Uint8Array | undefined {
  const field = fieldTypeOf(type);
  if (field === undefined) return undefined;
  const text = typeof value === "string" ? value : value.toFixed(3);
  const number = typeof value === "string" ? Number.parseFloat(value) || 0 : value;
  const elements = field === "STRING" ? [text] : [number];
  return encodeDbr({
    type,
    elements,
    time: utcMsToEpicsTime(Date.now()),
    units: typeof value === "string" ? "" : "mA",
    precision: 2,
  });
}
