/** Who or what has most, as bars: one below the other with names that can be read, each in parts by time if they are known. */
import type { ComponentChildren } from "preact";
import { TableFrame } from "../../components/table.js";
import { countText, shareText } from "../../formats/number.js";
import { printable } from "../../formats/printable.js";

export interface Bar {
  /** The name itself, in full when there is no room for it. */
  readonly key: string;
  readonly name: ComponentChildren;
  readonly total: number;
  /** Of everything, 0..1. */
  readonly share: number;
  readonly parts: readonly { readonly title: string; readonly value: number }[];
}

interface Props {
  readonly label: string;
  /** What is counted, in the plural. */
  readonly unit: string;
  readonly bars: readonly Bar[];
}

export function Bars({ label, unit, bars }: Props) {
  const most = Math.max(1, ...bars.map(({ total }) => total));
  return (
    <TableFrame>
      <table class="table bars" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="bars-track">
              <span class="visually-hidden">As a bar</span>
            </th>
            <th scope="col" class="end">
              {unit}
            </th>
            <th scope="col" class="end">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ key, name, total, share, parts }) => (
            <tr key={key}>
              <th scope="row" class="bars-name" title={printable(key)}>
                {name}
              </th>
              <td class="bars-track">
                <Track parts={parts} most={most} />
              </td>
              <td class="end">{countText(total)}</td>
              <td class="end">{shareText(share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

/** The newest part is the darkest. */
function Track({ parts, most }: { readonly parts: Bar["parts"]; readonly most: number }) {
  let x = 0;
  return (
    <svg class="bars-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {parts.map(({ title, value }, index) => {
        const width = (100 * value) / most;
        x += width;
        return (
          <rect
            key={title}
            x={x - width}
            y="0"
            width={width}
            height="10"
            fill-opacity={0.25 + (0.75 * (index + 1)) / parts.length}
          >
            <title>{title}</title>
          </rect>
        );
      })}
    </svg>
  );
}
