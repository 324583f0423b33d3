/** Each sensor with all that it counts, and what to check while one is blind. */
import type { Sensor } from "../../api/types.js";
import { SensorState, WhatToCheck } from "../../app/blindness.js";
import { Fact, Facts, Section } from "../../components/facts.js";
import { Name } from "../../components/links.js";
import { Ago, Nothing } from "../../components/time.js";
import { bytesText, countText, shareText } from "../../formats/number.js";

export function Sensors({ sensors }: { readonly sensors: readonly Sensor[] }) {
  const isBlind = sensors.some(({ status }) => status === "blind");
  const hearsNothing = sensors.every(({ lastPacketAt }) => lastPacketAt === null);
  return (
    <>
      {(isBlind || hearsNothing) && (
        <Section title="What to check" note="When a sensor is blind, or hears nothing">
          <WhatToCheck sensors={sensors} />
        </Section>
      )}
      <Section title="Sensors" note="What listens to the network">
        {sensors.length === 0 && <p class="none">No detector listens.</p>}
        {sensors.map((sensor) => (
          <OneSensor key={sensor.id} sensor={sensor} />
        ))}
      </Section>
    </>
  );
}

function OneSensor({ sensor }: { readonly sensor: Sensor }) {
  const { id, reason, lastPacketAt, packets, bytes, dropped, ignored, lossEstimate } = sensor;
  const errors = Object.entries(sensor.decodeErrors);
  return (
    <article class="sensor dense">
      <h3>
        <Name text={id} /> <SensorState sensor={sensor} />
      </h3>
      {reason !== null && (
        <p>
          <Name text={reason} />
        </p>
      )}
      <Facts>
        <Fact name="Last packet">
          <Ago at={lastPacketAt} />
        </Fact>
        <Fact name="Packets">
          {countText(packets)} ({bytesText(bytes)})
        </Fact>
        <Fact name="Dropped by the kernel">{countText(dropped.kernel)}</Fact>
        <Fact name="Dropped by pvmon">{countText(dropped.queue)}</Fact>
        <Fact name="Left out as configured">{countText(ignored)}</Fact>
        <Fact name="Clients' datagrams missed">
          {lossEstimate === null ? <Nothing /> : shareText(lossEstimate)}
        </Fact>
        <Fact name="Could not be read">
          {errors.length === 0
            ? "0"
            : errors.map(([what, count]) => (
                <span key={what} class="sensor-error">
                  {countText(count)} <Name text={what} />
                </span>
              ))}
        </Fact>
      </Facts>
    </article>
  );
}
