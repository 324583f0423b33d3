/** Groups of hosts: the fixed ones, which follow from hosts' options and state, and those that users make. */
import { Type } from "@sinclair/typebox";
import { FIXED_GROUPS, type GroupView } from "pvmon";
import { change, changedMembers, requireChange, why } from "../changes.js";
import { ApiError } from "../errors.js";
import { freeText, ipv4, paging } from "../formats.js";
import { byWhom } from "../identity.js";
import { pageByKey } from "../pages.js";
import { route, routeOfOne } from "../route.js";
import * as answers from "../schemas/index.js";

const MAX_NAME_LENGTH = 100;
const MAX_HOSTS = 20_000;

const groupPath = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 200, description: "As the list of groups gives it." }),
});
const groupName = freeText("As people call it; no two groups have the same.", MAX_NAME_LENGTH);
const members = (description: string) =>
  Type.Array(ipv4("Address of a host."), { maxItems: MAX_HOSTS, uniqueItems: true, description });
const allMembers = members("All of its hosts.");

export const groupRoutes = [
  route({
    method: "GET",
    route: "/api/v1/groups",
    summary: "Groups: fixed ones first, then by name.",
    query: Type.Object(paging),
    answer: answers.page(answers.group),
    handle: ({ query }, { services: { inventory } }) =>
      pageByKey(inventory.listGroups(), fixedFirst, query, "ascending"),
  }),
  route({
    method: "POST",
    route: "/api/v1/groups",
    summary: "Makes a group.",
    body: change({ name: groupName, hosts: Type.Optional(allMembers) }),
    answer: answers.group,
    handle: ({ body: { name, hosts = [], why }, identity }, { services: { operations } }) =>
      operations.createGroup(name, hosts, byWhom(identity, why)),
  }),
  routeOfOne({
    method: "GET",
    route: "/api/v1/groups/{id}",
    summary: "One group.",
    path: groupPath,
    answer: answers.group,
    handle({ path: { id } }, { services: { inventory } }) {
      const group = inventory.group(id);
      if (group === undefined) throw noSuchGroup();
      return group;
    },
  }),
  route({
    method: "PATCH",
    route: "/api/v1/groups/{id}",
    summary: "Renames a group, says anew which hosts are in it, or adds and removes some.",
    path: groupPath,
    body: change({
      name: Type.Optional(groupName),
      hosts: Type.Optional(allMembers),
      add: Type.Optional(members("These too, beside those that are in it, instead of `hosts`.")),
      remove: Type.Optional(members("These not any more; those that are not in it are no fault.")),
    }),
    answer: answers.group,
    handle({ path: { id }, body: { why, ...fields }, identity }, { services }) {
      requireChange(fields, "name, hosts, add or remove");
      const { inventory, operations } = services;
      if (fields.hosts !== undefined && (fields.add ?? fields.remove) !== undefined) {
        throw new ApiError("badParameter", "hosts: give either hosts, or add and remove", "hosts");
      }
      const before = inventory.group(id)?.hosts ?? [];
      const { name, hosts = changedMembers(before, fields) } = fields;
      const wanted = { ...(name !== undefined && { name }), ...(hosts && { hosts }) };
      const group = operations.setGroup(id, wanted, byWhom(identity, why));
      if (group === undefined) throw noSuchGroup();
      return group;
    },
  }),
  route({
    method: "DELETE",
    route: "/api/v1/groups/{id}",
    summary: "Deletes a group; its hosts stay.",
    path: groupPath,
    query: Type.Object(why),
    answer: answers.forgotten,
    handle({ path: { id }, query: { why }, identity }, { services: { operations } }) {
      if (!operations.deleteGroup(id, byWhom(identity, why))) throw noSuchGroup();
      return { forgotten: [id] };
    },
  }),
];

function fixedFirst({ id, name, fixed }: GroupView): string {
  const place = (FIXED_GROUPS as readonly string[]).indexOf(id);
  return fixed ? `0 ${String(place).padStart(2, "0")} ${id}` : `1 ${name.toLowerCase()} ${id}`;
}

function noSuchGroup(): ApiError {
  return new ApiError("notFound", "no such group");
}
