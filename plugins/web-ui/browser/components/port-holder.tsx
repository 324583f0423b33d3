/** Which process of a host holds a port: looked up in the latest process map when somebody wants to know. Sends nothing. */
import { useState } from "preact/hooks";
import { askForOne, segment } from "../api/client.js";
import { Problem, problemFrom } from "../api/problem.js";
import type { PortHolder as Holder } from "../api/types.js";
import { Button } from "./button.js";
import { Name } from "./links.js";
import { Ago } from "./time.js";

interface Props {
  /** An address. */
  readonly host: string;
  readonly port: number;
}

export function PortHolder({ host, port }: Props) {
  const [found, setFound] = useState<Holder | Problem | undefined>();
  const [loading, setLoading] = useState(false);
  const look = async (): Promise<void> => {
    setLoading(true);
    try {
      setFound(await askForOne<Holder>(`hosts/${segment(host)}/ports/${port}`));
    } catch (error) {
      setFound(problemFrom(error));
    } finally {
      setLoading(false);
    }
  };
  return (
    <span class="port-holder" role="status">
      {found === undefined ? (
        <Button
          kind="quiet"
          disabled={loading}
          title="By the latest process map of the host; nothing is sent"
          label={`Which process holds port ${port} of ${host}`}
          onClick={() => void look()}
        >
          Which process?
        </Button>
      ) : found instanceof Problem ? (
        <span class="muted">{found.status === 404 ? "not in a process map" : found.message}</span>
      ) : (
        <span>
          <code>
            <Name text={found.commandLine} />
          </code>{" "}
          <span class="muted">
            process {found.pid} in <Name text={found.directory} />, <Ago at={found.at} />
          </span>
        </span>
      )}
    </span>
  );
}
