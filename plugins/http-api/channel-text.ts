/** Channels and their values as the programs of EPICS Base print them. */
import type { ChannelInfo } from "pvmon";

/**
 * The lines that `cainfo` prints (EPICS Base, modules/ca/src/tools/cainfo.c); for a channel without circuit those that
 * it prints after its time-out.
 */
export function cainfoLines(info: ChannelInfo): readonly string[] {
  const { name, server, host, state, access, nativeType, elementCount } = info;
  const connected = state === "connected";
  const may = (right: boolean | undefined, word: string) => `${right ? "" : "no "}${word}`;
  const [, port = ""] = server.split(":");
  return [
    name,
    `    State:            ${connected ? "connected" : "never connected"}`,
    `    Host:             ${connected ? `${host}:${port}` : "<disconnected>"}`,
    `    Access:           ${may(access?.read, "read")}, ${may(access?.write, "write")}`,
    `    Native data type: ${nativeType ?? "TYPENOTCONN"}`,
    `    Request type:     ${nativeType?.replace(/^DBF_/, "DBR_") ?? "DBR_invalid"}`,
    `    Element count:    ${elementCount ?? 0}`,
  ];
}

/** A value alone, as `caget -t` prints it: states by their names, an array as its elements with a space between. */
export function plainValue(value: NonNullable<ChannelInfo["value"]>): string {
  return typeof value === "object" ? value.join(" ") : String(value);
}
