/** The options of `http-api`. */
import { type Static, Type } from "@sinclair/typebox";
import { ROLES } from "pvmon";

export const configSchema = Type.Object(
  {
    host: Type.String({
      description:
        "Address to listen at. The default is reached from this machine only; `0.0.0.0` from everywhere.",
      default: "127.0.0.1",
      minLength: 1,
    }),
    port: Type.Integer({
      description: "TCP port to listen at; 0 takes any free one.",
      default: 5073,
      minimum: 0,
      maximum: 65_535,
    }),
    hostNames: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
      description:
        "Names under which browsers reach this server, beside `localhost`, this machine's own name and plain addresses. Requests for other names are refused, so that no web page can point a name of its own at this server.",
      default: [],
      maxItems: 100,
    }),
    allowedOrigins: Type.Array(
      Type.String({ pattern: "^https?://[^/?#]+$", minLength: 1, maxLength: 300 }),
      {
        description:
          "Origins of web pages elsewhere, such as `http://ops.example.org`, that may ask `/cainfo/{pv}` and `/caget/{pv}` from a browser. Nothing else is open to other origins.",
        default: [],
        maxItems: 100,
      },
    ),
    trustedProxies: Type.Object(
      {
        addresses: Type.Array(
          Type.String({ pattern: "^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$", maxLength: 64 }),
          {
            description:
              "Addresses or networks of reverse proxies, such as `127.0.0.1` or `10.7.0.0/24`. Of requests from there, and only of those, the other options and `X-Forwarded-Host`, `X-Forwarded-Proto` and `X-Forwarded-For` count. Nobody else may reach pvmon from there.",
            default: [],
            maxItems: 100,
          },
        ),
        userHeader: Type.String({
          description:
            "Header with the name of the user whom the proxy has checked, such as `X-Remote-User`. The proxy must take it out of what browsers send. Empty: the proxy checks nobody.",
          default: "",
          pattern: "^[A-Za-z0-9-]*$",
          maxLength: 100,
        }),
        roleHeader: Type.String({
          description:
            "Header with the user's role, or with a list of groups of which some are called `viewer`, `operator` or `admin`: the highest counts. Empty: everybody has `defaultRole`.",
          default: "",
          pattern: "^[A-Za-z0-9-]*$",
          maxLength: 100,
        }),
        defaultRole: Type.Union(
          ROLES.map((role) => Type.Literal(role)),
          { description: "Of users for whom the proxy says no role.", default: "viewer" },
        ),
      },
      {
        description: "Reverse proxies whose word on who asks is taken.",
        default: {},
        additionalProperties: false,
      },
    ),
    sessions: Type.Object(
      {
        idleHours: Type.Number({
          description: "A session in which nothing was asked for so long has ended.",
          default: 12,
          minimum: 0.1,
          maximum: 8760,
        }),
        maxHours: Type.Number({
          description: "A session ends after so long, however much it is used.",
          default: 168,
          minimum: 0.1,
          maximum: 8760,
        }),
      },
      {
        description: "How long users stay logged in.",
        default: {},
        additionalProperties: false,
      },
    ),
    maxConnections: Type.Integer({
      description: "Connections at one time, streams included; more are closed at once.",
      default: 512,
      minimum: 1,
      maximum: 65_535,
    }),
    maxStreams: Type.Integer({
      description: "Clients of `/api/v1/stream` at one time; more are answered 503.",
      default: 64,
      minimum: 1,
      maximum: 10_000,
    }),
    streamBufferBytes: Type.Integer({
      description:
        "What may wait for a slow reader of the stream before it is cut off. It comes back and goes on where it was.",
      default: 1_048_576,
      minimum: 65_536,
      maximum: 67_108_864,
    }),
    heartbeatSeconds: Type.Number({
      description: "A comment is sent on every stream so often, so that proxies keep it open.",
      default: 15,
      minimum: 1,
      maximum: 300,
    }),
    countersSeconds: Type.Number({
      description: "The counters are sent on the stream so often.",
      default: 2,
      minimum: 0.1,
      maximum: 300,
    }),
    channelInfoPerSecond: Type.Number({
      description:
        "How many PVs a second may be asked for their channel info or value (at most 4 at one time), whoever asks. Answers are kept for 5 seconds.",
      default: 10,
      minimum: 0.1,
      maximum: 1000,
    }),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
