/** The bytes of a name: what looks the same on a screen may not be the same name. */

import { Button } from "../../components/button.js";
import { Section } from "../../components/facts.js";
import { useParameter } from "../../components/filters.js";
import { hexRows } from "../../formats/hex.js";
import { setParameters } from "../../url.js";

interface Props {
  readonly hex: string;
  /** Shown without being asked for: something is odd about the name. */
  readonly odd: boolean;
}

export function NameBytes({ hex, odd }: Props) {
  const wanted = useParameter("bytes");
  const shown = wanted === "" ? odd : wanted === "shown";
  return (
    <Section
      title="Name as bytes"
      note={`${hex.length / 2} bytes`}
      actions={
        <Button onClick={() => setParameters({ bytes: shown ? "hidden" : "shown" })}>
          {shown ? "Hide" : "Show"}
        </Button>
      }
    >
      {shown && (
        <div class="table-frame">
          <table class="hex" aria-label="Bytes of the name">
            <tbody>
              {hexRows(hex).map(({ offset, bytes, text }) => (
                <tr key={offset}>
                  <th scope="row">{offset}</th>
                  <td>{bytes.join(" ")}</td>
                  <td>{text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
