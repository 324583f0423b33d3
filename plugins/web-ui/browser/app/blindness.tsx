/** While pvmon cannot see: said above every page, because nothing can be called lost then; and what to check, for the pages that ask. */
import { mustLogIn } from "../api/session.js";
import { blind, status } from "../api/site.js";
import type { Sensor } from "../api/types.js";
import { Name } from "../components/links.js";
import { State } from "../components/state.js";
import { Ago } from "../components/time.js";
import "../styles/blindness.css";
import { silentSince } from "../api/answering.js";
import { href, page } from "../url.js";

export function Blindness() {
  const isUnknown = mustLogIn.value || silentSince.value !== undefined;
  if (isUnknown || !blind.value || status.value === undefined) return null;
  const { sensors } = status.value;
  const silent = sensors.filter((sensor) => sensor.status === "blind");
  if (silent.length === 0 && sensors.length > 0) {
    return (
      <div class="blindness blindness-settling" role="status">
        <strong>pvmon has only just begun to listen.</strong> Within half a minute it can tell what
        is lost.
      </div>
    );
  }
  return (
    <div class="blindness" role="status">
      <strong>{blindText(silent.length, sensors.length)}</strong> Nothing is called lost until{" "}
      {silent.length === 1 ? "it sees" : "they see"} again.{" "}
      {silent.slice(0, MOST_SENSORS).map(({ id, reason }) => (
        <span key={id}>
          <Name text={`${id}: ${reason ?? "silent"}.`} />{" "}
        </span>
      ))}
      {page.value !== "system" && <a href={href("system")}>What to check</a>}
    </div>
  );
}

/** Named in the banner; the system page has them all. */
const MOST_SENSORS = 2;

function blindText(blindCount: number, count: number): string {
  if (count === 0) return "No sensor listens to the network.";
  if (blindCount === count) return "pvmon sees nothing of the network.";
  return `${blindCount} of ${count} sensors ${blindCount === 1 ? "sees" : "see"} nothing.`;
}

/** What each sensor says of itself, and where to look when it hears nothing. */
export function WhatToCheck({ sensors }: { readonly sensors: readonly Sensor[] }) {
  return (
    <div class="check">
      {sensors.length === 0 ? (
        <p>
          No detector is configured that listens: put <code>ca-sniffer</code> under{" "}
          <code>detectors:</code> in the site file.
        </p>
      ) : (
        <ul class="check-sensors">
          {sensors.map((sensor) => (
            <li key={sensor.id}>
              <Name text={sensor.id} />
              <SensorState sensor={sensor} />
              {sensor.reason !== null && <Name text={sensor.reason} />}
              <span class="muted">
                {sensor.lastPacketAt === null ? (
                  "no packet yet"
                ) : (
                  <>
                    last packet <Ago at={sensor.lastPacketAt} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      <ol class="check-list">
        <li>
          <strong>The interface.</strong> Is it the one in the control network, and up? Compare{" "}
          <code>ip -brief address</code> with <code>interfaces:</code> in the site file.
        </li>
        <li>
          <strong>The subnet.</strong> Searches and beacons are broadcasts, which no router passes
          on. pvmon has to be in the same subnet as the IOCs, or capture from a mirrored port.
        </li>
        <li>
          <strong>The clients.</strong> With only single addresses in{" "}
          <code>EPICS_CA_ADDR_LIST</code> clients send no broadcast. Put the broadcast address of
          the subnet in it, or capture where their packets pass.
        </li>
        <li>
          <strong>The firewall</strong> of this machine. UDP ports 5064 (searches) and 5065
          (beacons) have to be open, and 5066 for heartbeats.
        </li>
        <li>
          <strong>A trial.</strong> On another machine of the subnet <code>caget pvmon:trial</code>{" "}
          sends a search; that name appears among the PVs within seconds.
        </li>
      </ol>
    </div>
  );
}

/** Whether it sees now. */
export function SensorState({ sensor }: { readonly sensor: Sensor }) {
  return sensor.status === "ok" ? (
    <State tone="ok" text="Sees" />
  ) : (
    <State tone="warning" text="Blind" />
  );
}
