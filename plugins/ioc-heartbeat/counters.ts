/** What the plugin counts of its requests; nothing is sent without one of these saying so. */
import type { PluginMetrics } from "pvmon";

export type Counters = ReturnType<typeof createCounters>;

export function createCounters(metrics: PluginMetrics) {
  const counter = (name: string, help: string) => metrics.counter(name, help);
  return {
    sent: counter("requests_sent_total", "Requests sent, 16 bytes each, repeated ones included"),
    repeated: counter("requests_repeated_total", "Requests sent because no reply had come in time"),
    sendErrors: counter("send_errors_total", "Requests that the network refused"),
    replies: counter("replies_total", "Replies that answered an open request"),
    unexpected: counter(
      "unexpected_replies_total",
      "Datagrams that answered no open request: late, doubled, or from somebody else",
    ),
    dropped: counter(
      "kernel_drops_total",
      "Datagrams to the socket for requests that the kernel dropped, for want of buffer space",
    ),
    listsComplete: counter("pv_lists_complete_total", "PV lists read to their end"),
    listsPartial: counter("pv_lists_partial_total", "PV lists whose reading ended early"),
    listsUnanswered: counter("pv_lists_unanswered_total", "PV lists of which nothing came"),
    names: counter("pv_names_total", "Names in PV lists"),
    namesRefused: counter("pv_names_refused_total", "Names in PV lists that cannot be PV names"),
    mapsComplete: counter("process_maps_complete_total", "Process maps read to their end"),
    mapsPartial: counter("process_maps_partial_total", "Process maps whose reading ended early"),
    mapsUnanswered: counter("process_maps_unanswered_total", "Process maps of which nothing came"),
    lines: counter("process_lines_total", "Lines of process maps"),
    sendersRefused: counter(
      "senders_refused_total",
      "Heartbeats of applications too many to be asked for anything",
    ),
  };
}
