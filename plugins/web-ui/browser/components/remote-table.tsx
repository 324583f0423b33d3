/** A long table whose rows pvmon has: a window of them, or why there is none. */
import type { ComponentProps } from "preact";
import type { RemoteRows } from "../api/remote-rows.js";
import { LongTable } from "./long-table.js";
import { Failure, Stale } from "./page.js";

type Props<T> = Omit<ComponentProps<typeof LongTable<T>>, "rows"> & {
  readonly rows: RemoteRows<T>;
};

export function RemoteTable<T>(props: Props<T>) {
  const { rows } = props;
  const { total, problem } = rows;
  if (total === undefined && problem !== undefined) {
    return <Failure problem={problem} onRetry={() => rows.refresh()} />;
  }
  return (
    <>
      {problem !== undefined && <Stale problem={problem} />}
      <LongTable<T> {...props} />
    </>
  );
}
