/** What the host's own monitor said last: the few values that people look at, and what of them is worth a look. */
import type { Health as HealthAnswer, Host } from "../../api/types.js";
import { Bar } from "../../components/bar.js";
import { ClockOffset } from "../../components/clock-offset.js";
import { Fact, Facts, Section } from "../../components/facts.js";
import { Much } from "../../components/much.js";
import { State } from "../../components/state.js";
import { Ago, Nothing, Span } from "../../components/time.js";
import {
  busyPercent,
  concernsOf,
  isMemoryFull,
  isProcessorBusy,
  numberOf,
  textOf,
} from "../../formats/health.js";
import { href } from "../../url.js";

export function Health({ host }: { readonly host: Host }) {
  const { health } = host;
  return (
    <Section
      id="health"
      title="Health"
      note={
        health === null ? undefined : (
          <>
            read <Ago at={health.at} /> ·{" "}
            <a href={href("linux-host", { source: health.source })}>all values</a>
          </>
        )
      }
    >
      {health === null ? (
        <p class="none">
          Not known: no monitor of its own (a LinuxMonitor, found by its PV BOOTTIME) was read.
        </p>
      ) : (
        <Values health={health} />
      )}
    </Section>
  );
}

function Values({ health }: { readonly health: HealthAnswer }) {
  const memory = numberOf(health, "MEMAVPCT");
  const concerns = concernsOf(health);
  return (
    <>
      {health.lost && <State tone="alarm" text="The monitor is lost: these are its last values" />}
      {concerns.map((concern) => (
        <State key={concern} tone="warning" text={concern} />
      ))}
      <Facts>
        <Fact name="Memory used">
          <Percent value={memory} warn={isMemoryFull(health)} />
        </Fact>
        <Fact name="Processor in use">
          <Percent value={busyPercent(health)} warn={isProcessorBusy(health)} />
        </Fact>
        <Fact name="Load, 15 min">{numberOf(health, "LOAD15MIN") ?? <Nothing />}</Fact>
        <Fact name="Clock">
          <ClockOffset seconds={health.clockOffsetSeconds} />
        </Fact>
        <Fact name="Up">
          <Span seconds={health.upSeconds} />
        </Fact>
        <Fact name="Architecture">{textOf(health, "MACHINE") ?? <Nothing />}</Fact>
      </Facts>
    </>
  );
}

function Percent(props: { readonly value: number | null; readonly warn: boolean }) {
  const { value, warn } = props;
  if (value === null) return <Nothing />;
  return (
    <span class="measure">
      {warn && <Much />}
      {value.toFixed(1)} % <Bar percent={value} tone={warn ? "warning" : "info"} />
    </span>
  );
}
