import assert from "node:assert/strict";
import { HAPPENINGS, tellStory } from "../../../core/testkit/site/happenings.js";
import { SimulatedSite } from "../../../core/testkit/site/simulated-site.js";
import { waitFor } from "../../peers/wait.js";

describe("the story of a laboratory", () => {
  it("is told in the order of its times", () => {
    const times = HAPPENINGS.map(({ atSeconds }) => atSeconds);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });

  it("goes on after what cannot happen, and tells of that", async () => {
    // Nobody of the story is there.
    const site = new SimulatedSite({ iocs: 1, clients: 1 });
    const said: string[] = [];
    const end = tellStory(site, (text) => said.push(text), 1000);
    const last = HAPPENINGS.at(-1)?.text ?? "";
    await waitFor("the story is told", async () => said.includes(last), 10_000);
    end();
    assert.ok(said.some((text) => text === 'that failed: the site has no "orbit feedback"'));
  });
});
