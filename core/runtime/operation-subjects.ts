/** What operators change, in the words and with the fields that the events of it have. */
import type { AppView, GroupView, HostView } from "../model/views.js";
import { type About, type Fields, shortened } from "./operation-events.js";

export function hostFields({
  description,
  options,
  expectedPorts,
  expectedApps,
}: HostView): Fields {
  return { description, ...options, expectedPorts: shortened(expectedPorts), expectedApps };
}

export function appFields({ critical, name }: AppView): Fields {
  return { critical, name };
}

export function groupFields({ name, hosts }: GroupView): Fields {
  return { name, hosts: shortened(hosts) };
}

export function appOf({ id, host, port }: AppView): Pick<About, "app" | "host" | "server"> {
  return { app: id, host, ...(port !== null && { server: `${host}:${port}` }) };
}

export function hostText({ name, host }: HostView): string {
  return `host ${name ?? host}`;
}

export function appText({ name, command, host }: AppView): string {
  return `application ${name ?? command} on ${host}`;
}

export function groupText({ name }: GroupView): string {
  return `group ${name}`;
}
