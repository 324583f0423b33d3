/** Groups of hosts: the fixed ones, which follow from hosts' options and state, and those that users make. */
import { Type } from "@sinclair/typebox";
import { FIXED_GROUPS, type GroupView } from "pvmon";
import { change, requireChange, why } from "../changes.js";
import { ApiError } from "../errors.js";
import { freeText, ipv4, paging } from "../formats.js";
import { byWhom } from "../identity.js";
import { pageByKey } from "../pages.js";
import { route } from "../route.js";
import * as answers from "../schemas/index.js";

const MAX_NAME_LENGTH = 100;
const MAX_HOSTS = 20_000;

const groupPath = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 200, description: "As the list of groups gives it." }),
});
const groupName = freeText("As people call it; no two groups have the same.", MAX_NAME_LENGTH);
const members = Type.Array(ipv4("Address of a host."), {
  maxItems: MAX_HOSTS,
  uniqueItems: true,
  description: "All of its hosts.",
});

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
    body: change({ name: groupName, hosts: Type.Optional(members) }),
    answer: answers.group,
    handle: ({ body: { name, hosts = [], why }, identity }, { services: { operations } }) =>
      operations.createGroup(name, hosts, byWhom(identity, why)),
  }),
  route({
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
    summary: "Renames a group, or says anew which hosts are in it.",
    path: groupPath,
    body: change({ name: Type.Optional(groupName), hosts: Type.Optional(members) }),
    answer: answers.group,
    handle({ path: { id }, body: { why, ...fields }, identity }, { services: { operations } }) {
      requireChange(fields, "name or hosts");
      const group = operations.setGroup(id, fields, byWhom(identity, why));
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
