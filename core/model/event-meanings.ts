/** What each type of event says, for documentation, and for outputs that explain what they pass on. */
import type { EventType } from "./event.js";

export const EVENT_MEANINGS: Readonly<Record<EventType, string>> = {
  "server.discovered": "A CA server is seen for the first time.",
  "server.started": "A server has started: its beacons begin anew.",
  "server.restarted": "A server that was up has started anew.",
  "server.paused": "A server was paused: after this beacon none came for a while.",
  "server.resumed": "A paused server went on, its beacon counter where it was.",
  "server.stopped": "A server's beacons are missing, and its host is up and refuses its port.",
  "server.lost": "A server's beacons are missing, and nothing else is heard of it.",
  "server.returned": "A server that was lost, stopped or hanging is back.",
  "server.unresponsive": "A server accepts circuits and does not answer on them: it hangs.",
  "server.duplicateIdentity": "Two servers send beacons as one.",
  "server.duplicateRoute": "One server is heard under two addresses.",
  "host.lost": "All servers of a host fell silent together.",
  "host.returned": "A host that was lost is back.",
  "app.discovered": "An application is seen for the first time.",
  "app.started": "An application has started.",
  "app.restarted": "The process of an application began anew.",
  "app.lost": "The heartbeats of an application are missing.",
  "app.returned": "An application whose heartbeats were missing is back.",
  "pv.lost": "A PV's server does not serve it any more, and nobody else does.",
  "pv.returned": "A PV that was lost is served again.",
  "pv.moved": "A PV is served by another server than before.",
  "pv.duplicated": "Two servers have one PV.",
  "pv.deduplicated": "A PV that two servers had is one server's again.",
  "client.appeared": "An address searches for the first time.",
  "storm.started":
    "Far more names are searched for than usual, and it does not stop: by whom, and what would.",
  "storm.ended":
    "A storm of searches is over, or counts as usual from now on, or cannot be seen any longer.",
  "sensor.blind": "A sensor sees nothing or not enough, so that no loss is told meanwhile.",
  "sensor.sees": "A sensor that was blind sees again.",
  "plugin.degraded": "A plugin works less well, or not at all.",
  "plugin.recovered": "A plugin works again.",
  "operator.changed":
    "Somebody changed something: a host, an application, a group, what is forgotten.",
  "operator.noted": "Somebody wrote a note in the log.",
  "anomaly.opened": "Something on the network is not as it should be.",
  "anomaly.closed": "An anomaly is over.",
  "site.reported": "A plugin of the site says something new.",
};
