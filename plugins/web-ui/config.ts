/** The options of `web-ui`. */
import { type Static, Type } from "@sinclair/typebox";

export const configSchema = Type.Object(
  {
    note: Type.String({
      description: "A line below the navigation of every page: whom to call, say.",
      default: "",
      maxLength: 200,
    }),
    links: Type.Array(
      Type.Object(
        {
          text: Type.String({ description: "What is shown.", minLength: 1, maxLength: 60 }),
          url: Type.String({
            description: "Where it leads.",
            pattern: "^https?://[^\\s]+$",
            maxLength: 500,
          }),
        },
        { additionalProperties: false },
      ),
      {
        description: "Links of the site below the navigation: procedures, boards, the archiver.",
        default: [],
        maxItems: 20,
      },
    ),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;
