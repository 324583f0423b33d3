/** Sites and queries of every kind, for properties of lists of PVs. */
import fc from "fast-check";
import { PV_SORTS, type PvQuery } from "../../../../core/model/views.js";
import { A, B, CLIENT, type Server, WatchedPvs } from "./pv-site.js";

const SERVERS = [A, B];

interface Seen {
  readonly name: string;
  readonly requests: number;
  readonly client: number;
  readonly servers: readonly Server[];
  readonly ms: number;
}

const letters = fc.constantFrom("A", "b", ":", "1", " ", "\xff", "\0");
export const seen: fc.Arbitrary<Seen> = fc.record({
  name: fc.string({ unit: letters, minLength: 1, maxLength: 9 }),
  requests: fc.nat(3),
  client: fc.nat(1).map((number) => CLIENT + number),
  servers: fc.subarray(SERVERS),
  ms: fc.nat(5),
});

const text = fc.string({ unit: fc.constantFrom("a", "B", ":", "*", "?"), maxLength: 3 });

export const query: fc.Arbitrary<Omit<PvQuery, "limit">> = fc.record(
  {
    sort: fc.constantFrom(...PV_SORTS),
    order: fc.constantFrom("asc" as const, "desc" as const),
    match: fc.oneof(text, fc.array(text, { maxLength: 3 })),
    accept: fc.constant((name: string) => name.includes("1")),
    states: fc.subarray(["online", "unverified", "duplicate", "invalid"] as const),
    server: fc.constantFrom("10.7.0.1:5064", "10.7.0.2:5064", "10.7.0.3:5064"),
    host: fc.constantFrom("10.7.0.1", "10.7.0.2", "10.7.0"),
    client: fc.constantFrom("10.7.0.100", "10.7.0.101", "nobody"),
  },
  { requiredKeys: ["sort", "order"] },
);

/** In the order of the times, as observations come. */
export function siteOf(all: readonly Seen[]): WatchedPvs {
  const pvs = new WatchedPvs();
  for (const { name, requests, client, servers, ms } of [...all].sort((a, b) => a.ms - b.ms)) {
    pvs.ask(ms, [name], { source: "archiver" });
    for (let count = 0; count < requests; count++) pvs.ask(ms, [name], { client });
    for (const server of servers) pvs.answered(ms, name, server);
  }
  return pvs;
}

/** From now on pages by name are read from the order of all names, and others compare names by their ranks in it. */
export function orderNames(pvs: WatchedPvs): void {
  for (const prepare = pvs.preparePages(); prepare.next().done !== true; );
}

/** The straightforward way, on texts whose characters mean nothing else in an expression. */
export function matches(match: NonNullable<PvQuery["match"]>, name: string): boolean {
  return [match].flat().some((text) => {
    const source = text.replaceAll("*", "[^]*").replaceAll("?", "[^]");
    return new RegExp(source === text ? source : `^${source}$`, "i").test(name);
  });
}
