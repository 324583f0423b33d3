/** Cursors go with one list and its filters, and with nothing else. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { event, FakeSite, type RunningApi, startApi } from "./fake-site.js";
import { send } from "./requests.js";

describe("a cursor", () => {
  const site = new FakeSite();
  let api: RunningApi;
  let next: string;
  before(async () => {
    site.events = [5, 4, 3, 2, 1].map(event);
    api = await startApi(site);
    next = JSON.parse((await send(api.url, "/api/v1/events?limit=2&severity=alarm")).body).next;
  });
  after(() => api.stop());

  const refused = async (path: string) => {
    const { status, body } = await send(api.url, path);
    assert.equal(status, 400, path);
    assert.equal(JSON.parse(body).error.parameter, "cursor");
  };

  it("leads through the whole list, with pages of any size", async () => {
    const path = `/api/v1/events?severity=alarm&limit=3&cursor=${next}`;
    const { items, next: end } = JSON.parse((await send(api.url, path)).body);
    assert.deepEqual(
      items.map(({ id }: { id: string }) => id),
      [3, 2, 1].map((n) => event(n).id),
    );
    assert.equal(end, null);
  });

  it("is refused by other lists, and with other filters", async () => {
    await refused(`/api/v1/events?cursor=${next}`);
    await refused(`/api/v1/events?severity=info&cursor=${next}`);
    await refused(`/api/v1/anomalies?cursor=${next}`);
  });

  it("is refused when nobody gave it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 100 }), (text) =>
        refused(`/api/v1/clients?cursor=${encodeURIComponent(text)}`),
      ),
    );
  });

  it("is refused when the list itself does not know it", async () => {
    const list = site.inventory.listClients;
    const { next: forged } = JSON.parse((await send(api.url, "/api/v1/clients")).body);
    site.inventory.listClients = () => {
      throw new RangeError("not a cursor of this list");
    };
    try {
      await refused(`/api/v1/clients?cursor=${forged}`);
      assert.equal((await send(api.url, "/api/v1/clients")).status, 500);
    } finally {
      site.inventory.listClients = list;
    }
  });
});
