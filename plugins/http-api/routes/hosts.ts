/** Hosts: what state each is in and why, what operators say of it, and which process holds a port of it. */
import { Type } from "@sinclair/typebox";
import { HOST_STATES, type HostView, isoTimes, parseIpv4 } from "pvmon";
import { change, changedMembers, requireChange, shownInLists, why } from "../changes.js";
import { ApiError } from "../errors.js";
import { commaList, freeText, ipOrName, paging, partOf } from "../formats.js";
import { noSuchHost, requireHost } from "../host-lookup.js";
import { byWhom } from "../identity.js";
import { filteredPage } from "../pages.js";
import { route, routeOfOne } from "../route.js";
import * as answers from "../schemas/index.js";

const MAX_DESCRIPTION_LENGTH = 2000;
const MAX_PORTS = 1000;
const MAX_APPS = 10_000;

const hostPath = Type.Object({
  host: ipOrName(
    "Any of its addresses, or its name; the part before the first dot will do when no other host has the same.",
  ),
});
const port = (description: string) => Type.Integer({ minimum: 1, maximum: 65_535, description });

const ports = (description: string) =>
  Type.Array(port("TCP port."), { maxItems: MAX_PORTS, uniqueItems: true, description });

export const hostRoutes = [
  route({
    method: "GET",
    route: "/api/v1/hosts",
    summary: "Hosts, by name.",
    query: Type.Object({
      group: Type.Optional(
        Type.String({ minLength: 1, maxLength: 200, description: "In the group with this id." }),
      ),
      state: Type.Optional(commaList(answers.words(HOST_STATES), "In any of these states.")),
      match: Type.Optional(partOf("its name, description or one of its addresses")),
      ...paging,
    }),
    answer: answers.page(answers.host),
    async handle({ query: { state, match, group, ...page } }, { scans, services: { inventory } }) {
      if (group !== undefined && inventory.group(group) === undefined) {
        throw new ApiError("badParameter", "group: there is no group with this id", "group");
      }
      const list = (query: typeof page) =>
        inventory.listHosts({ ...query, ...(group !== undefined && { group }) });
      if (state === undefined && match === undefined) return isoTimes(list(page));
      const passes = (host: HostView): boolean =>
        (state === undefined || state.includes(host.state)) &&
        (match === undefined || mentions(host, match.toLowerCase()));
      return isoTimes(await scans.run(() => filteredPage(list, passes, page)));
    },
  }),
  routeOfOne({
    method: "GET",
    route: "/api/v1/hosts/{host}",
    summary: "One host, with its applications.",
    path: hostPath,
    answer: answers.host,
    async handle({ path: { host } }, { services: { inventory } }) {
      return isoTimes(requireHost(inventory, host));
    },
  }),
  route({
    method: "PATCH",
    route: "/api/v1/hosts/{host}",
    summary: "Describes the host, sets its options, or says what has to run on it.",
    path: hostPath,
    body: change({
      description: Type.Optional(freeText("For people.", MAX_DESCRIPTION_LENGTH, 0)),
      options: Type.Optional(
        Type.Partial(answers.hostOptions, {
          description: "Those that are left out stay as they are.",
          additionalProperties: false,
        }),
      ),
      expectedPorts: Type.Optional(
        ports("All the ports that have to have a server, whatever application that is."),
      ),
      addExpectedPorts: Type.Optional(
        ports("These too, beside those that are expected, instead of `expectedPorts`."),
      ),
      removeExpectedPorts: Type.Optional(
        ports("These not any more; those that are not expected are no fault."),
      ),
      expectedApps: Type.Optional(
        Type.Union([Type.Integer({ minimum: 0, maximum: MAX_APPS }), Type.Null()], {
          description: "How many applications have to run, with the option monitorAppCount.",
        }),
      ),
    }),
    answer: answers.host,
    async handle({ path, body: { why, ...fields }, identity }, { services }) {
      requireChange(
        fields,
        "description, options, expectedPorts, addExpectedPorts, removeExpectedPorts or expectedApps",
      );
      const { addExpectedPorts: add, removeExpectedPorts: remove, ...others } = fields;
      if (others.expectedPorts !== undefined && (add ?? remove) !== undefined) {
        throw new ApiError(
          "badParameter",
          "expectedPorts: give either expectedPorts, or addExpectedPorts and removeExpectedPorts",
          "expectedPorts",
        );
      }
      const { host, ...before } = requireHost(services.inventory, path.host);
      const { expectedPorts = changedMembers(before.expectedPorts, { add, remove }) } = others;
      const wanted = { ...others, ...(expectedPorts && { expectedPorts }) };
      const view = services.operations.setHost(host, wanted, byWhom(identity, why));
      if (view === undefined) throw noSuchHost();
      return isoTimes(view);
    },
  }),
  route({
    method: "DELETE",
    route: "/api/v1/hosts/{host}",
    summary:
      "Forgets the host with its servers, applications, log and memberships; it comes back with defaults when it is seen again.",
    path: hostPath,
    query: Type.Object(why),
    answer: answers.forgotten,
    async handle({ path, query: { why }, identity }, api) {
      const { inventory, operations } = api.services;
      const { host } = requireHost(inventory, path.host);
      if (!operations.forgetHost(host, byWhom(identity, why))) throw noSuchHost();
      await shownInLists(api);
      return { forgotten: [host] };
    },
  }),
  routeOfOne({
    method: "GET",
    route: "/api/v1/hosts/{host}/ports/{port}",
    summary: "Which process holds a port of the host, a client's too, by its latest process map.",
    path: Type.Object({ ...hostPath.properties, port: port("TCP or UDP port.") }),
    answer: answers.portHolder,
    async handle({ path: { host, port } }, { services: { inventory } }) {
      const address = parseIpv4(host) === undefined ? requireHost(inventory, host).host : host;
      const holder = inventory.portHolder(address, port);
      if (holder !== undefined) return isoTimes(holder);
      throw new ApiError(
        "notFound",
        "nobody is known to hold this port: no process map of the host has it",
      );
    },
  }),
];

function mentions({ name, addresses, description }: HostView, part: string): boolean {
  return [name ?? "", description, ...addresses].some((text) => text.toLowerCase().includes(part));
}
