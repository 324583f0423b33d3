/** The stream of events and counters. */
import { Type } from "@sinclair/typebox";
import { commaList } from "../formats.js";
import { route } from "../route.js";
import * as answers from "../schemas/index.js";
import { STREAM_TOPICS } from "../stream-client.js";

export const streamRoutes = [
  route({
    method: "GET",
    route: "/api/v1/stream",
    summary: "Server-sent events: what happens, and the counters every few seconds.",
    description:
      "Messages are named after their topic: `events` has one event with its id, `counters` has counts and rates. `changed`, " +
      "of the topic `events` and without an id, has an event that was told before in its new state. With `Last-Event-ID` it " +
      "goes on after that event, without the changes that were missed; `gap` says that what was missed cannot be sent.",
    query: Type.Object({
      topics: Type.Optional(
        commaList(answers.words(STREAM_TOPICS), "Only these; all of them by default."),
      ),
    }),
    answer: Type.Void(),
    messages: Type.Union([answers.event, answers.counters]),
    handle({ query: { topics = STREAM_TOPICS }, identity, incoming, response }, { streams }) {
      streams.open({ incoming, response, topics, identity });
    },
  }),
];
