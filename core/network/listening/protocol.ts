/** What the main thread and the one that reads sockets tell each other, beside the datagrams. Sockets have numbers. */
import type { Endpoint } from "../../model/address.js";
import type { UdpOptions } from "../../plugin/services.js";

export type Order =
  | ({ readonly type: "open"; readonly id: number } & Omit<UdpOptions, "datagram" | "failed">)
  /** One that is open. */
  | { readonly type: "close"; readonly id: number };

export interface Opened {
  readonly type: "opened";
  readonly id: number;
  readonly local: Endpoint;
  readonly bufferBytes: number;
  readonly inode: string | undefined;
}

export type Report =
  | Opened
  /** Could not be opened, or has closed itself. Of an error, only its message goes from thread to thread. */
  | { readonly type: "failed"; readonly id: number; readonly error: Error; readonly code?: string }
  | { readonly type: "closed"; readonly id: number }
  /** There are some in the ring, for a reader that slept. */
  | { readonly type: "datagrams" };
