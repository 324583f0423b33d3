/** Said above every page while no sensor sees anything: nothing can be called lost then, and what to check. */
import { href } from "../url.js";
import { blind, status } from "./site.js";

export function Blindness() {
  if (!blind.value) return null;
  const blindSensors = status.value?.sensors.filter((sensor) => sensor.status === "blind") ?? [];
  return (
    <div class="blindness" role="status">
      <strong>pvmon hears nothing on some networks.</strong> What is lost there cannot be told, and
      is not. {blindSensors.map(({ id, reason }) => `${id}: ${reason ?? "silent"}`).join("; ")}{" "}
      <a href={href("system")}>What to check</a>
    </div>
  );
}
