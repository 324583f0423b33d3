/** A pvmon that knows a million PVs, for what has to stay quick at that size. */
import { CapturedSite } from "./captured-site.js";
import { MILLION, MILLION_STATES, writeMillionCapture } from "./million-capture.js";

export class MillionSite extends CapturedSite {
  /** With all of them known. @param outputs entries beside `http-api`, as in `{ use: web-ui }` */
  static async start({ outputs }: { readonly outputs: readonly string[] }): Promise<MillionSite> {
    const parts = await CapturedSite.parts({
      name: "A million PVs",
      outputs,
      writeCapture: (path) => writeMillionCapture(path, Date.now()),
      isRead({ counts }) {
        const { pvs } = counts as { pvs: { total: number; neverAnswered: number } };
        // All are asked for in the first tenth of it, and some again until its end.
        return pvs.total >= MILLION && pvs.neverAnswered >= MILLION_STATES.neverAnswered;
      },
    });
    return new MillionSite(parts);
  }
}
