/** What ca-search counts of its own traffic; nothing is sent without one of these saying so. */
import type { PluginMetrics } from "pvmon";

export type SearchCounters = ReturnType<typeof searchCounters>;

export function searchCounters(metrics: PluginMetrics) {
  return {
    datagrams: metrics.counter(
      "datagrams_sent_total",
      "Search datagrams sent, one per destination address",
    ),
    bytes: metrics.counter("bytes_sent_total", "Bytes of these, without IP and UDP headers"),
    answers: metrics.counter("answers_total", "Answers, one per name and server"),
    late: metrics.counter("late_answers_total", "Answers that came after the search had ended"),
    damaged: metrics.counter(
      "damaged_replies_total",
      "Datagrams to our socket that could not be read",
    ),
    dropped: metrics.counter(
      "kernel_drops_total",
      "Datagrams to our socket that the kernel dropped, for want of buffer space",
    ),
    failed: metrics.counter("send_errors_total", "Datagrams that the network refused"),
  };
}
