/** Why a PV is in its state, in a word, a sentence, and the numbers behind them. */

import type { Diagnosis } from "../views.js";
import { serverName } from "./pv-events.js";
import { NONE } from "./pv-pool.js";
import { PV_DOUBLE, PV_FLAG } from "./pv-record.js";
import type { PvTable } from "./pv-table.js";

export function diagnose(table: PvTable, id: number): Diagnosis {
  switch (table.records.state(id)) {
    case "online":
      return diagnoseOnline(table, id);
    case "lost":
      return diagnoseLost(table, id);
    case "neverAnswered":
    case "unverified":
      return diagnoseUnanswered(table, id);
  }
}

function diagnoseOnline(table: PvTable, id: number): Diagnosis {
  const evidence = answerEvidence(table, id);
  const [server] = evidence.servers;
  if (table.records.is(id, PV_FLAG.duplicate)) {
    return {
      cause: "severalOwners",
      text: `${evidence.servers.length} servers answer for it: ${evidence.servers.join(", ")}. Clients connect to whichever answers first.`,
      evidence,
    };
  }
  if (evidence.unansweredSinceAt !== null) {
    return {
      cause: "noSecondWitness",
      text: `It was searched without an answer, but nothing else speaks against ${server}: the server is up, was not restarted, and has not refused the name.`,
      evidence,
    };
  }
  return { cause: "answered", text: `${server} answered for it.`, evidence };
}

function diagnoseLost(table: PvTable, id: number): Diagnosis {
  const evidence = answerEvidence(table, id);
  const servers = evidence.servers.join(", ");
  return table.records.is(id, PV_FLAG.lostAlone)
    ? {
        cause: "notServedAnyMore",
        text: `It was on ${servers}; now searches for it stay unanswered, and a second witness says that it is gone.`,
        evidence,
      }
    : {
        cause: "serverLost",
        text: `It was on ${servers}, which is lost, and nobody else answers.`,
        evidence,
      };
}

function diagnoseUnanswered(table: PvTable, id: number): Diagnosis {
  const { records } = table;
  const requesters = table.requesters.list(id);
  const evidence = {
    requests: records.double(id, PV_DOUBLE.requests),
    clients: new Set(requesters.map(({ client }) => client)).size,
    mostRequestsOfOneClient: Math.max(0, ...requesters.map(({ count }) => count)),
    firstSeenAt: records.double(id, PV_DOUBLE.firstSeenAt),
    lastRequestedAt: timeOrNull(records.double(id, PV_DOUBLE.lastRequestedAt)),
    unansweredSinceAt: timeOrNull(records.double(id, PV_DOUBLE.unansweredSinceAt)),
  };
  const isSearched = evidence.unansweredSinceAt !== null;
  const how = isSearched ? "pvmon searched it in vain" : "its clients ask again and again";
  const isChecked = records.state(id) === "neverAnswered";
  if (records.is(id, PV_FLAG.invalid)) {
    const text = `The name breaks the naming rules of PVs${isChecked ? `, and nobody ever answered: ${how}` : ""}.`;
    return { cause: "invalidName", text, evidence };
  }
  return isChecked
    ? { cause: "nobodyAnswers", text: `No server ever answered: ${how}.`, evidence }
    : {
        cause: "notChecked",
        text: "It was asked for, but whether a server has it was neither seen nor searched yet.",
        evidence,
      };
}

function answerEvidence(table: PvTable, id: number) {
  const { owners } = table;
  const latest = owners.latest(id);
  return {
    servers: owners.current(id).map((owner) => serverName(owners.server(owner).key)),
    lastSeenAt: latest === NONE ? null : owners.lastAt(latest),
    unansweredSinceAt: timeOrNull(table.records.double(id, PV_DOUBLE.unansweredSinceAt)),
  };
}

export function timeOrNull(at: number): number | null {
  return at === 0 ? null : at;
}
