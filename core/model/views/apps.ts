/** Applications, their heartbeats, and the processes of their hosts. */

/** critical: its host is in error while it does not run · ignored: not shown either, while it does not run. */
export const CRITICALITIES = ["critical", "notCritical", "ignored"] as const;
export type Criticality = (typeof CRITICALITIES)[number];

export interface AppView {
  readonly id: string;
  /** Address. */
  readonly host: string;
  readonly hostName: string | null;
  /** As people call it; null until somebody named it. */
  readonly name: string | null;
  readonly command: string;
  readonly directory: string;
  /** Of its process, with all arguments; null while no process map has it. */
  readonly commandLine: string | null;
  readonly critical: Criticality;
  /** Its server is up, or its heartbeat beats. */
  readonly running: boolean;
  /** TCP port of its CA server. */
  readonly port: number | null;
  readonly pid: number | null;
  readonly startedAt: number | null;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** Whether it sends heartbeats. */
  readonly heartbeat: boolean;
}

export interface HeartbeatView {
  /** Id of the application. */
  readonly app: string;
  readonly host: string;
  readonly hostName: string | null;
  /** TCP port of its CA server, as it says. */
  readonly port: number;
  /** `ip:port` of that server, as far as it is known; null of one that serves no CA. */
  readonly server: string | null;
  /** Where its heartbeats come from and its commands go to. */
  readonly udpPort: number;
  readonly version: string;
  readonly sequence: number;
  readonly pid: number | null;
  readonly image: string;
  readonly command: string;
  readonly directory: string;
  /** As it says, and the time since its latest heartbeat unless it is lost. */
  readonly upSeconds: number;
  /** The host's clock ahead of ours (negative: behind), s; null when it does not say. */
  readonly clockOffsetSeconds: number | null;
  readonly firstSeenAt: number;
  readonly lastAt: number;
  /** Measured, ms; null before it is known. */
  readonly periodMs: number | null;
  readonly lost: boolean;
  readonly lostAt: number | null;
  readonly restarts: number;
  /** Names it lists; null until its list was read. */
  readonly pvs: number | null;
  readonly pvListAt: number | null;
  /** False when only a part of the list could be read. */
  readonly pvListComplete: boolean;
}

/** What holds a port of a host. */
export interface PortHolder {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly commandLine: string;
  readonly directory: string;
  /** When its process map was read. */
  readonly at: number;
}
