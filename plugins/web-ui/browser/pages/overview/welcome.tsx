/** What is shown before pvmon has seen anything: what it listens to, and what to check when nothing comes. */
import type { Sensor } from "../../api/types.js";
import { WhatToCheck } from "../../app/blindness.js";
import { Section } from "../../components/facts.js";

export function Welcome({ sensors }: { readonly sensors: readonly Sensor[] }) {
  return (
    <>
      <section class="welcome">
        <h2>pvmon listens, and has seen nothing yet</h2>
        <p class="welcome-text">
          Nothing has to be set up: IOCs, PVs and clients appear here by themselves, as soon as
          somebody searches for a PV or an IOC sends a beacon. On a network where people work that
          takes seconds.
        </p>
        <dl class="welcome-sources">
          <div>
            <dt>Searches</dt>
            <dd>Clients ask for PVs by broadcast, UDP port 5064: names, and who wants them.</dd>
          </div>
          <div>
            <dt>Beacons</dt>
            <dd>IOCs say that they are up, UDP port 5065: servers, their restarts and losses.</dd>
          </div>
          <div>
            <dt>Heartbeats</dt>
            <dd>Applications say which they are, UDP port 5066, where a site has them.</dd>
          </div>
        </dl>
      </section>
      <Section title="When nothing comes" note="In the order in which it is usually the reason">
        <WhatToCheck sensors={sensors} />
      </Section>
    </>
  );
}
