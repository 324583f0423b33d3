/** What a simulated IOC answers on a circuit: channels of the records that it has, read, written and watched. */
import {
  AccessRights,
  DbrType,
  decodeDbr,
  Eca,
  type EventAdd,
  encodeDbr,
  fieldTypeOf,
  type Message,
  MINOR_VERSION,
  utcMsToEpicsTime,
} from "epics-ca";
import { healthValue } from "./health-values.js";
import type { IocPlan } from "./plan.js";

export const VERSION: Message = { type: "version", priority: 0, minorVersion: MINOR_VERSION };

export type RecordValue = string | number;

/** The records of one IOC. */
export interface Records {
  has(record: string): boolean;
  value(record: string): RecordValue;
  /** False for what it does not take. */
  write(record: string, value: RecordValue): boolean;
}

const NOTHING = new Uint8Array(0);

export class ServedCircuit {
  readonly #records: Records;
  /** Names by server id. */
  readonly #channels = new Map<number, string>();
  /** By subscription id. */
  readonly #watches = new Map<number, EventAdd>();

  constructor(records: Records) {
    this.#records = records;
  }

  answer(message: Message): readonly Message[] {
    switch (message.type) {
      case "version":
        return [VERSION];
      case "echo":
        return [message];
      case "createChan":
        return this.#create(message.name, message.cid);
      case "clearChannel":
        this.#clear(message.sid);
        return [message];
      case "readNotify": {
        const { ioid, dataType } = message;
        const { status, payload } = this.#read(message.sid, dataType);
        return [{ type: "readNotifyReply", dataType, dataCount: 1, status, ioid, payload }];
      }
      case "write":
        this.#write(message);
        return [];
      case "writeNotify": {
        const { ioid, dataType, dataCount } = message;
        const status = this.#write(message) ? Eca.NORMAL : Eca.PUTFAIL;
        return [{ type: "writeNotifyReply", dataType, dataCount, status, ioid }];
      }
      case "eventAdd":
        this.#watches.set(message.subscriptionId, message);
        return [this.#watched(message)];
      case "eventCancel": {
        const { dataType, subscriptionId } = message;
        if (!this.#watches.delete(subscriptionId)) return [];
        const last = { dataCount: 0, status: Eca.NORMAL, payload: NOTHING };
        return [{ type: "eventAddReply", dataType, subscriptionId, ...last }];
      }
      default:
        return [];
    }
  }

  /** What those are told who watch the record, once it has another value. */
  changed(record: string): readonly Message[] {
    return [...this.#watches.values()]
      .filter(({ sid }) => recordName(this.#channels.get(sid) ?? "") === record)
      .map((watch) => this.#watched(watch));
  }

  #create(name: string, cid: number): readonly Message[] {
    if (!this.#records.has(recordName(name))) return [{ type: "createChFail", cid }];
    const sid = Math.max(0, ...this.#channels.keys()) + 1;
    this.#channels.set(sid, name);
    const isText = typeof this.#records.value(recordName(name)) === "string";
    const dataType = isText ? DbrType.STRING : DbrType.DOUBLE;
    return [
      { type: "accessRights", cid, rights: AccessRights.READ | AccessRights.WRITE },
      { type: "createChanReply", cid, sid, dataType, dataCount: 1 },
    ];
  }

  #clear(sid: number): void {
    this.#channels.delete(sid);
    for (const [id, watch] of this.#watches) if (watch.sid === sid) this.#watches.delete(id);
  }

  #read(sid: number, type: number): { readonly status: number; readonly payload: Uint8Array } {
    const name = this.#channels.get(sid);
    const payload =
      name === undefined ? undefined : encoded(type, this.#records.value(recordName(name)));
    return payload === undefined
      ? { status: Eca.BADTYPE, payload: NOTHING }
      : { status: Eca.NORMAL, payload };
  }

  #write({
    sid,
    dataType,
    dataCount,
    payload,
  }: Extract<Message, { type: "write" | "writeNotify" }>) {
    const name = this.#channels.get(sid);
    const [element] = decodeDbr(dataType, dataCount, payload).value?.elements ?? [];
    if (name === undefined || element === undefined) return false;
    return this.#records.write(recordName(name), element);
  }

  #watched({ sid, dataType, subscriptionId }: EventAdd): Message {
    const value = this.#read(sid, dataType);
    return { type: "eventAddReply", dataType, dataCount: 1, subscriptionId, ...value };
  }
}

/** Those of a planned IOC: the health of its host, otherwise slow sines, and nobody may write them. */
export function plannedRecords({ names, health }: IocPlan): Records {
  const all = new Set(names);
  return {
    has: (record) => all.has(record),
    value: (record) => {
      const now = Date.now();
      const value = health === undefined ? undefined : healthValue(health, record, now);
      return value ?? 50 + 40 * Math.sin(now / 10_000);
    },
    write: () => false,
  };
}

/** The record of `record.FIELD`. */
export function recordName(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}

/** In any type that holds it; undefined for the others. */
function encoded(type: number, value: RecordValue): Uint8Array | undefined {
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
