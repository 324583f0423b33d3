/** What operators do over HTTP: it colours hosts, empties the log, sorts hosts into groups, and outlives pvmon. */
import assert from "node:assert/strict";
import type { Item, PvmonProcess } from "./pvmon-process.js";
import { type SiteIoc, WatchedSite } from "./watched-site.js";

const WHY = "because a test wants it";

describe("operators of a site", function () {
  this.timeout(180_000);
  let site: WatchedSite;
  let kept: SiteIoc;
  let stopped: SiteIoc;
  let elsewhere: SiteIoc;

  before(async () => {
    site = await WatchedSite.start({ hosts: 2 });
  });
  after(() => site?.remove());

  const hostPath = () => `/api/v1/hosts/${kept.host}`;
  const host = (pvmon: PvmonProcess) => pvmon.get(hostPath());
  const set = async (change: Item): Promise<void> => {
    for (const pvmon of site.pvmons) await pvmon.patch(hostPath(), { ...change, why: WHY });
  };
  const setOptions = (options: Item) => set({ options });
  const idOf = async (pvmon: PvmonProcess, ioc: SiteIoc): Promise<string> => {
    const apps = await pvmon.list(`/api/v1/apps?host=${ioc.host}`);
    const id = apps.find(({ command }) => command === ioc.command)?.id;
    assert.ok(typeof id === "string", `no application ${ioc.command}`);
    return id;
  };
  const setStopped = async (critical: string): Promise<void> => {
    for (const pvmon of site.pvmons) {
      await pvmon.patch(`/api/v1/apps/${await idOf(pvmon, stopped)}`, { critical, why: WHY });
    }
  };
  /** Of both pvmons, at once: what is changed is shown by the next answer. */
  const shows = async (
    state: string,
    colour: string,
    problems: readonly RegExp[] = [],
  ): Promise<void> => {
    for (const pvmon of site.pvmons) {
      const view = await host(pvmon);
      assert.deepEqual([view.state, view.colour], [state, colour], String(view.problems));
      const told = view.problems as string[];
      assert.equal(told.length, problems.length, told.join());
      for (const [i, problem] of problems.entries()) assert.match(told[i]!, problem);
    }
  };
  /** The latest one that is about a host or an application of it. */
  const lastChange = async (pvmon: PvmonProcess): Promise<Item> => {
    const [event] = await pvmon.list(`/api/v1/events?type=operator.changed&host=${kept.host}`);
    return event!;
  };
  const inGroup = async (pvmon: PvmonProcess, group: string): Promise<boolean> => {
    const hosts = (await pvmon.list(`/api/v1/hosts?group=${group}`)).map((each) => each.host);
    const { groups } = await host(pvmon);
    const isIn = hosts.includes(kept.host);
    assert.equal((groups as string[]).includes(group), isIn);
    return isIn;
  };

  it("find the fixed groups on a fresh database, and nobody in them", async () => {
    for (const pvmon of site.pvmons) {
      const groups = await pvmon.list("/api/v1/groups");
      assert.deepEqual(
        groups.map(({ id, fixed, hosts }) => [id, fixed, hosts]),
        [
          "active",
          "all",
          "unassigned",
          "maintenance",
          "development",
          "decommissioned",
          "hidden",
        ].map((id) => [id, true, []]),
      );
    }
  });

  describe("with hosts on which applications run", () => {
    before(async () => {
      kept = await site.startIoc({ name: "kept", on: site.host(1) });
      stopped = await site.startIoc({ name: "stopped", on: site.host(1) });
      elsewhere = await site.startIoc({ name: "elsewhere", on: site.host(2) });
      await site.both("both hosts are green", async (pvmon) => {
        const hosts = await pvmon.list("/api/v1/hosts?state=ok");
        const apps = hosts.map((each) => (each.apps as Item[]).length);
        return hosts.every(({ colour }) => colour === "green") && apps.join() === "2,1";
      });
      await site.measured({ servers: 3, heartbeats: 3 });
    });

    it("see a host in red, and why, when a critical application of it stops", async () => {
      await stopped.kill();
      await site.both("the host is red", async (pvmon) => (await host(pvmon)).colour === "red");
      await shows("error", "red", [/^softIoc stopped\.cmd in \/.* does not run$/]);
      for (const pvmon of site.pvmons) {
        const app = await pvmon.get(`/api/v1/apps/${await idOf(pvmon, stopped)}`);
        assert.deepEqual([app.running, app.critical], [false, "critical"]);
        const down = await pvmon.list(`/api/v1/apps?running=false&critical=critical`);
        assert.deepEqual(
          down.map(({ id }) => id),
          [app.id],
        );
      }
    });

    it("see it in dark green once the application is not critical, and not at all once it is ignored", async () => {
      await setStopped("notCritical");
      await shows("ok", "darkGreen");
      for (const pvmon of site.pvmons) {
        assert.equal(((await host(pvmon)).apps as Item[]).length, 2);
        const id = await idOf(pvmon, stopped);
        const event = await site.both("the change is told", async () => {
          const latest = await lastChange(pvmon);
          return latest?.app === id && latest;
        });
        const { who, why, criticalBefore, criticalAfter } = event[0]!.evidence as Item;
        assert.deepEqual(
          [who, why, criticalBefore, criticalAfter],
          ["loopback", WHY, "critical", "notCritical"],
        );
        assert.match(String(event[0]!.text), new RegExp(WHY));
      }
      await setStopped("ignored");
      await shows("ok", "darkGreen");
      for (const pvmon of site.pvmons) {
        assert.equal(((await host(pvmon)).apps as Item[]).length, 1);
      }
      await setStopped("critical");
      await shows("error", "red", [/stopped\.cmd/]);
    });

    it("see a host in the colour of what it is set to", async () => {
      for (const [option, colour] of [
        ["maintenance", "orange"],
        ["development", "blue"],
        ["decommissioned", "gray"],
      ] as const) {
        await setOptions({ [option]: true });
        await shows(option, colour);
        for (const pvmon of site.pvmons) {
          assert.equal(await inGroup(pvmon, option), true);
          assert.equal(await inGroup(pvmon, "active"), option !== "decommissioned", option);
        }
        await setOptions({ [option]: false });
        for (const pvmon of site.pvmons) assert.equal(await inGroup(pvmon, option), false);
      }
      await setOptions({ hidden: true });
      await shows("error", "red", [/stopped\.cmd/]);
      for (const pvmon of site.pvmons) {
        assert.equal(await inGroup(pvmon, "hidden"), true);
        assert.equal(await inGroup(pvmon, "active"), false);
        assert.equal(await inGroup(pvmon, "all"), true);
      }
      await setOptions({ hidden: false });
    });

    it("may watch only how many applications run", async () => {
      await set({ options: { monitorAppCount: true }, expectedApps: 2 });
      await shows("error", "red", [/^1 of 2 expected applications runs$/]);
      await set({ expectedApps: 1 });
      await shows("ok", "green");
      await set({ options: { monitorAppCount: false }, expectedApps: null });
      await shows("error", "red", [/stopped\.cmd/]);
      await setStopped("notCritical");
    });

    it("may expect ports to be served, and describe a host", async () => {
      await set({ expectedPorts: [5999, kept.port], description: "two IOCs" });
      await shows("error", "red", [/^nothing serves port 5999$/]);
      await set({ expectedPorts: [kept.port] });
      await shows("ok", "darkGreen");
      await set({ expectedPorts: [] });
      for (const pvmon of site.pvmons) {
        const found = await pvmon.list("/api/v1/hosts?match=TWO%20ioc");
        assert.deepEqual(
          found.map((each) => each.host),
          [kept.host],
        );
      }
    });

    it("leave a record of each change, with who, why, and what was before", async () => {
      // 1 + 1 + 1 of the application, 2 x 3 + 2 of options, 3 of counts, 1 of the application, 3 of ports.
      const count = 3 + 8 + 3 + 1 + 3;
      await site.both("all changes are told", async (pvmon) => {
        const events = await pvmon.list(`/api/v1/events?type=operator.changed&host=${kept.host}`);
        const isWhole = events.every(({ evidence }) => {
          const { who, why } = evidence as Item;
          return who === "loopback" && why === WHY;
        });
        assert.ok(isWhole);
        return events.length === count;
      });
      for (const pvmon of site.pvmons) {
        const { evidence } = await lastChange(pvmon);
        const { expectedPortsBefore, expectedPortsAfter } = evidence as Item;
        assert.deepEqual([expectedPortsBefore, expectedPortsAfter], [[kept.port], []]);
      }
    });

    it("make groups, rename them, put hosts into them and delete them", async () => {
      for (const pvmon of site.pvmons) {
        const made = await pvmon.post("/api/v1/groups", { name: "Storage ring", why: WHY });
        assert.deepEqual([made.fixed, made.hosts], [false, []]);
        const path = `/api/v1/groups/${made.id}`;
        await pvmon.patch(path, { name: "Injector" });
        const filled = await pvmon.patch(path, { hosts: [kept.host, elsewhere.host] });
        assert.deepEqual(
          [filled.id, filled.name, filled.hosts],
          [made.id, "Injector", [kept.host, elsewhere.host]],
        );
        assert.equal(await inGroup(pvmon, String(made.id)), true);
        assert.equal(await inGroup(pvmon, "unassigned"), false);
        const other = await pvmon.post("/api/v1/groups", { name: "Gone soon" });
        await pvmon.delete(`/api/v1/groups/${other.id}`);
        assert.equal((await pvmon.ask(`/api/v1/groups/${other.id}`)).status, 404);
        const taken = pvmon.post("/api/v1/groups", { name: "injector" });
        await assert.rejects(taken, /: 4\d\d .*already/);
        await assert.rejects(pvmon.delete("/api/v1/groups/active"), /: 4\d\d /);
      }
    });

    describe("have a log of what happened", () => {
      const pending = async (pvmon: PvmonProcess, address = kept.host) =>
        await pvmon.list(`/api/v1/logs?state=pending&host=${address}`);
      const countPending = async (pvmon: PvmonProcess) => Number((await host(pvmon)).pendingLogs);

      it("that waits for them, as many entries as the host says", async () => {
        await site.both("all is told", async (pvmon) => {
          const types = (await pending(pvmon)).map(({ type }) => type).sort();
          assert.equal(types.length, await countPending(pvmon));
          return (
            types.join() ===
            [
              "app.lost",
              ...Array(2).fill("app.started"),
              "server.lost",
              ...Array(2).fill("server.started"),
            ].join()
          );
        });
      });

      it("in which they acknowledge one entry, those of a host, and all", async () => {
        for (const pvmon of site.pvmons) {
          const [latest] = await pending(pvmon);
          const id = String(latest?.id);
          const before = await countPending(pvmon);
          const acknowledge = (body: Item) => pvmon.post("/api/v1/logs/acknowledge", body);
          assert.deepEqual(await acknowledge({ ids: [id], why: WHY }), { acknowledged: 1 });
          assert.deepEqual(await acknowledge({ ids: [id] }), { acknowledged: 0 });
          assert.equal(await countPending(pvmon), before - 1);
          assert.deepEqual(await acknowledge({ host: kept.host }), { acknowledged: before - 1 });
          assert.equal(await countPending(pvmon), 0);
          const left = (await pending(pvmon, elsewhere.host)).length;
          assert.ok(left >= 2, `${left} entries of the other host`);
          assert.deepEqual(await acknowledge({ all: true }), { acknowledged: left });
        }
        await site.both("the stores have it", async (pvmon) => {
          const waiting = await pvmon.list("/api/v1/logs?state=pending");
          const done = await pvmon.list("/api/v1/logs?state=acknowledged");
          return waiting.length === 0 && done.every((each) => each.acknowledgedBy === "loopback");
        });
      });

      it("into which they write notes, and out of which they take entries", async () => {
        for (const pvmon of site.pvmons) {
          const note = await pvmon.post("/api/v1/logs", {
            text: "the fan is loud",
            host: kept.host,
            pending: true,
          });
          assert.deepEqual(
            [note.type, note.who, note.needsAcknowledgement],
            ["operator.noted", "loopback", true],
          );
          assert.equal(await countPending(pvmon), 1);
          await pvmon.post("/api/v1/logs", { text: "of the whole site" });
          const forgotten = await pvmon.post("/api/v1/logs/forget", { ids: [note.id] });
          assert.deepEqual(forgotten, { forgotten: 1 });
          assert.equal(await countPending(pvmon), 0);
          await site.both("it is an event and no entry", async () => {
            const entries = await pvmon.list("/api/v1/logs");
            const events = await pvmon.list("/api/v1/events?type=operator.noted");
            return (
              entries.some(({ text }) => text === "of the whole site") &&
              !entries.some(({ id }) => id === note.id) &&
              events.some(({ id }) => id === note.id)
            );
          });
        }
      });
    });

    describe("find all of it as they left it", () => {
      const picture = async (pvmon: PvmonProcess) => {
        const { description, options, groups, pendingLogs, apps } = await host(pvmon);
        const own = (apps as Item[]).map(({ id, critical, command }) => [id, critical, command]);
        const all = await pvmon.list("/api/v1/groups");
        const entries = await pvmon.list("/api/v1/logs");
        const log = entries.map(({ id, text, acknowledgedBy }) => [id, text, acknowledgedBy]);
        const { id, firstSeenAt } = await pvmon.get(`/api/v1/apps/${await idOf(pvmon, stopped)}`);
        return {
          host: { description, options, groups, pendingLogs, own },
          groups: all.map(({ id, name, hosts }) => [id, name, hosts]),
          log,
          stopped: { id, firstSeenAt },
        };
      };
      const restart = async (): Promise<void> => {
        await site.stopPvmons();
        await site.startPvmons();
        await site.both("the host is known", async (pvmon) => {
          const { colour, liveness } = await host(pvmon);
          return colour === "orange" && liveness === "alive";
        });
      };

      it("when pvmon was started again", async () => {
        await setOptions({ maintenance: true });
        // The last change has to be in the stores before they are compared.
        await site.both("the last change is stored", async (pvmon) => {
          return ((await lastChange(pvmon)).evidence as Item).maintenanceAfter === true;
        });
        const before = await Promise.all(site.pvmons.map(picture));
        for (const each of before) assert.equal(each.host.pendingLogs, 0);
        await restart();
        assert.deepEqual(await Promise.all(site.pvmons.map(picture)), before);
      });

      it("without what they made pvmon forget: an application, a server, and a host with all it had", async () => {
        await elsewhere.kill();
        await site.both("the other host is lost", async (pvmon) => {
          const { liveness } = await pvmon.get(`/api/v1/hosts/${elsewhere.host}`);
          const gone = await pvmon.get(`/api/v1/servers/${stopped.server}`);
          return liveness === "lost" && gone.state === "lost";
        });
        const forgotten: string[][] = [];
        for (const pvmon of site.pvmons) {
          const paths = [
            `/api/v1/apps/${await idOf(pvmon, stopped)}`,
            `/api/v1/servers/${stopped.server}`,
            `/api/v1/apps/${await idOf(pvmon, elsewhere)}`,
            `/api/v1/servers/${elsewhere.server}`,
            `/api/v1/hosts/${elsewhere.host}`,
          ];
          forgotten.push(paths);
          const [app, server, , , other] = paths;
          for (const path of [app, server, other]) await pvmon.delete(`${path}?why=gone`);
        }
        for (let round = 0; round < 2; round++) {
          for (const [i, pvmon] of site.pvmons.entries()) {
            for (const path of forgotten[i]!) {
              assert.equal((await pvmon.ask(path)).status, 404, path);
            }
            assert.deepEqual(
              (await pvmon.list("/api/v1/hosts")).map((each) => each.host),
              [kept.host],
            );
            assert.deepEqual(
              (await pvmon.list("/api/v1/heartbeats")).map(({ port }) => port),
              [kept.port],
            );
            const groups = await pvmon.list("/api/v1/groups");
            assert.deepEqual(groups.find(({ name }) => name === "Injector")?.hosts, [kept.host]);
            assert.deepEqual(await pvmon.list("/api/v1/logs?state=pending"), []);
            const [pv] = elsewhere.pvs;
            const { state, heartbeat } = await pvmon.get(`/api/v1/pvs/${pv}`);
            assert.deepEqual([state, heartbeat], ["lost", null]);
          }
          if (round === 0) await restart();
        }
      });
    });
  });
});
