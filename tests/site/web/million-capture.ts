/**
 * A capture of five seconds in which two hundred clients of a large site start at once and ask for a million names: many are answered,
 * some are asked for again and again in vain, of the others nobody can tell.
 */
import { writeFileSync } from "node:fs";
import { type CapturedFrame, pcap } from "../../plugins/ca-sniffer/support/captures.js";
import {
  type Asked,
  beaconFrame,
  replyFrame,
  SEARCH_PORT,
  searchFrame,
} from "./captured-frames.js";

export const MILLION = 1_000_000;
const NAMES_PER_DATAGRAM = 40;
const CLIENTS = 200;
const SERVERS = 50;
/** Of ten datagrams the first two are answered, and the names of the next one asked for until it is clear that nobody has them. */
const ANSWERED_OF_TEN = 2;
const IN_VAIN = 2;
/** How many names come to which state when all of it is read. */
export const MILLION_STATES = {
  online: (MILLION * ANSWERED_OF_TEN) / 10,
  neverAnswered: MILLION / 10,
  unverified: (MILLION * (9 - ANSWERED_OF_TEN)) / 10,
} as const;
/** Enough, and for long enough, that names count as never answered. */
const TRIES = 9;
const TRY_MS = 600;
const SPREAD_MS = 500;
const BROADCAST = "10.7.255.255";
const SYSTEMS = ["SR", "BR", "LTB", "BTS", "ID", "XAS", "FE", "LI"];
const DEVICES = ["VAC", "PS", "RF", "DIAG", "MOT", "WTR", "BPM", "INT", "TMP", "CRYO"];
const SIGNALS = [
  "Pressure",
  "Current",
  "Voltage",
  "Position",
  "Flow",
  "Temp",
  "Status",
  "Setpoint",
];

/** The n-th of the names, from 0 on: `SR03:VAC0042:Pressure`. */
export function millionName(n: number): string {
  const signal = SIGNALS[n % SIGNALS.length]!;
  const device = Math.floor(n / SIGNALS.length);
  const kind = DEVICES[device % DEVICES.length]!;
  const rest = Math.floor(device / DEVICES.length);
  const system = SYSTEMS[rest % SYSTEMS.length]!;
  const sector = pad(Math.floor(rest / SYSTEMS.length) % 24, 2);
  return `${system}${sector}:${kind}${pad(Math.floor(rest / (24 * SYSTEMS.length)), 4)}:${signal}`;
}

/** Writes it, ending about now: a pvmon that reads it is to take it for something that has just happened. */
export function writeMillionCapture(path: string, endsAt: number): void {
  const startsAt = endsAt - TRIES * TRY_MS;
  const frames: CapturedFrame[] = [...beacons(startsAt)];
  const datagrams = MILLION / NAMES_PER_DATAGRAM;
  for (let tried = 0; tried < TRIES; tried++) {
    for (let number = 0; number < datagrams; number++) {
      if (tried > 0 && number % 10 !== IN_VAIN) continue;
      const at = startsAt + tried * TRY_MS + (SPREAD_MS * number) / datagrams;
      const [client, names] = [clientOf(number), asked(number)];
      frames.push(searchFrame(at, client, BROADCAST, names));
      if (number % 10 < ANSWERED_OF_TEN) {
        frames.push(replyFrame(at, serverAddress(number % SERVERS), client, names));
      }
    }
  }
  writeFileSync(path, pcap(frames));
}

function* beacons(at: number): Generator<CapturedFrame> {
  for (let server = 0; server < SERVERS; server++) {
    yield beaconFrame(at, {
      server: serverAddress(server),
      port: SEARCH_PORT,
      sequence: 1000 + server,
      broadcast: BROADCAST,
    });
  }
}

/** The names of a datagram. */
function asked(number: number): readonly Asked[] {
  return Array.from({ length: NAMES_PER_DATAGRAM }, (_, i) => {
    const cid = number * NAMES_PER_DATAGRAM + i;
    return { cid, name: millionName(cid) };
  });
}

function clientOf(number: number): string {
  const client = number % CLIENTS;
  return `10.7.${Math.floor(client / 100)}.${(client % 100) + 1}`;
}

function serverAddress(server: number): string {
  return `10.7.20.${server + 1}`;
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, "0");
}
