/** Operations on the small site of the tests: written down, and answered as if they had been done. */
import { type By, type InventoryService, OperationError, type OperationsService } from "pvmon";
import { health } from "./fake-hosts.js";
import { event } from "./fake-views.js";

export interface AskedOperations {
  readonly inventory: InventoryService;
  readonly pvs: ReadonlyMap<string, unknown>;
  readonly forgotten: { names: readonly string[]; who: string; why?: string }[];
  /** Every operation but {@link forgotten}: its name, what it got, and by whom. */
  readonly changes: (readonly unknown[])[];
}

export function fakeOperations(site: AskedOperations): OperationsService {
  function changed<T>(change: readonly [string, ...unknown[], By], answer: T): T {
    site.changes.push(change);
    return answer;
  }

  function has(change: readonly [string, ...unknown[], By], thing: unknown): boolean {
    return changed(change, thing !== undefined);
  }

  return {
    forgetPvs: (names, by) => {
      site.forgotten.push({ names, ...by });
      return names.filter((name) => site.pvs.has(name));
    },
    setHost: (host, change, by) => {
      const view = changed(["setHost", host, change, by], site.inventory.host(host));
      const { options, ...fields } = change;
      return view && { ...view, ...fields, options: { ...view.options, ...options } };
    },
    forgetHost: (host, by) => has(["forgetHost", host, by], site.inventory.host(host)),
    forgetServer: (server, by) => has(["forgetServer", server, by], site.inventory.server(server)),
    setApp: (id, change, by) => {
      const app = changed(["setApp", id, change, by], site.inventory.app(id));
      return app && { ...app, ...change };
    },
    forgetApp: (id, by) => has(["forgetApp", id, by], site.inventory.app(id)),
    forgetHealth: (source, by) =>
      has(
        ["forgetHealth", source, by],
        health.find((health) => health.source === source),
      ),
    createGroup: (name, hosts, by) => {
      if (name === "All") throw new OperationError("there is a group of this name");
      return changed(["createGroup", name, hosts, by], {
        id: "g2",
        name,
        fixed: false,
        hosts,
      });
    },
    setGroup: (id, change, by) => {
      const group = site.inventory.group(id);
      if (group?.fixed) throw new OperationError("this group cannot be changed");
      return changed(["setGroup", id, change, by], group && { ...group, ...change });
    },
    deleteGroup: (id, by) => {
      const group = site.inventory.group(id);
      if (group?.fixed) throw new OperationError("this group cannot be deleted");
      return has(["deleteGroup", id, by], group);
    },
    note: (note, by) =>
      changed(["note", note, by], {
        ...event(9),
        type: "operator.noted",
        severity: "info",
        text: note.text,
        evidence: { who: by.who, why: by.why ?? null },
        ...(note.host !== undefined && { host: note.host }),
        log: note.pending ? "pending" : "noted",
      }),
    acknowledge: (selection, by) => changed(["acknowledge", selection, by], 2),
    forgetLogs: async (ids, by) => changed(["forgetLogs", ids, by], ids.length),
  };
}
