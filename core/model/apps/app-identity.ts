/**
 * How heartbeats and process maps word what they name, made such that the same application always reads the same. All of it
 * comes from the network, so all of it is cut.
 */

import type { Ipv4 } from "../address.js";
import { appId } from "./app-id.js";

/** Longer texts are cut: a site's longest command lines have some hundred letters. */
const MAX_TEXT = 1_000;
/** The start-up file that the IOC shell of `require` writes anew, under a random name, for each start. */
const TEMPORARY_STARTUP = /iocsh[._-]startup|startup[._-]iocsh/i;
const STARTUP = "startup.iocsh";

/** A command and where it was started: with the host, what an application is. */
export interface Invocation {
  readonly command: string;
  readonly directory: string;
}

export function idOf(host: Ipv4, { command, directory }: Invocation): string {
  return appId(host, command, directory);
}

/** Of a heartbeat: the image and what it was started with; a part that is not known says so itself. */
export function heartbeatInvocation(image: string, command: string, directory: string): Invocation {
  return {
    command: cleanCommandLine(`${image.slice(0, MAX_TEXT)} ${command.slice(0, MAX_TEXT)}`),
    directory: cleanDirectory(directory),
  };
}

/** Of a process. */
export function processInvocation(commandLine: string, directory: string): Invocation {
  return { command: cleanCommandLine(commandLine), directory: cleanDirectory(directory) };
}

/** Without quotes, and with a lasting name in the place of a start-up file's random one. */
export function cleanCommandLine(commandLine: string): string {
  const words = withoutQuotes(commandLine).split(" ");
  return words.map((word) => (TEMPORARY_STARTUP.test(word) ? STARTUP : word)).join(" ");
}

/** Linux says of a directory that was removed meanwhile that it is deleted. */
export function cleanDirectory(directory: string): string {
  return cutText(directory.slice(0, MAX_TEXT).replace(/ \(deleted\)\s*$/, ""));
}

export function cutText(text: string): string {
  return text.slice(0, MAX_TEXT).trim();
}

function withoutQuotes(text: string): string {
  return cutText(text.slice(0, 2 * MAX_TEXT + 1).replace(/["']/g, ""));
}

/**
 * The telnet port of a procServ process: its last argument that is a port, better one that it listens on. Undefined when
 * the process is no procServ or has no such argument.
 */
export function procServPort(
  commandLine: string,
  listens: (port: number) => boolean,
): number | undefined {
  if (!/procserv/i.test(commandLine)) return undefined;
  const ports = commandLine
    .split(/\s+/)
    .filter((word) => /^\d{1,5}$/.test(word))
    .map(Number)
    .filter((port) => port >= 1 && port <= 65_535);
  return ports.filter(listens).at(-1) ?? ports.at(-1);
}
