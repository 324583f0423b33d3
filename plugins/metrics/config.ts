/** The options of `metrics`: where the metrics are read, and what they may tell. */
import { type Static, Type } from "@sinclair/typebox";

export const configSchema = Type.Object(
  {
    path: Type.String({
      description: "Where they are read, on the server of `http-api`.",
      pattern: "^/[\\w.~-]+(/[\\w.~-]+)*$",
      default: "/metrics",
      maxLength: 100,
    }),
    role: Type.Union([Type.Literal("viewer"), Type.Literal("operator"), Type.Literal("none")], {
      description:
        "What whoever reads them needs: `viewer` is everybody, unless the site has `access: { anonymous: none }`; `none` is everybody, also then.",
      default: "viewer",
    }),
    topClients: Type.Integer({
      description:
        "So many of the clients that asked most get a series of their own, with their address as a label. Such labels come and go.",
      default: 0,
      minimum: 0,
      maximum: 50,
    }),
    probe: Type.Object(
      {
        enabled: Type.Boolean({
          description:
            "Answers `/probe?pv=NAME` by asking the server of the PV over TCP. Each request may send packets; off, nothing does.",
          default: false,
        }),
        path: Type.String({
          description: "Where it answers.",
          pattern: "^/[\\w.~-]+(/[\\w.~-]+)*$",
          default: "/probe",
          maxLength: 100,
        }),
        role: Type.Union([Type.Literal("viewer"), Type.Literal("operator")], {
          description: "What whoever asks needs.",
          default: "operator",
        }),
        perSecond: Type.Number({
          description:
            "Budget: PVs asked in one second, whoever asks; more are answered 429. The plugin `cainfo` has a budget too.",
          default: 2,
          minimum: 0.1,
          maximum: 100,
        }),
        timeoutSeconds: Type.Number({
          description: "A PV that has not answered after so long has failed.",
          default: 5,
          minimum: 0.1,
          maximum: 60,
        }),
      },
      {
        description: "Single PVs, as the blackbox exporter does it.",
        default: {},
        additionalProperties: false,
      },
    ),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
