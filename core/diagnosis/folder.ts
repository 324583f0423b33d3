/** Whether a folder can be written to, or be made, and has room. */
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import type { Finding } from "../plugin/diagnosis.js";

const BYTES_PER_GIGABYTE = 1e9;
/** Some days of a large site. */
const LITTLE_BYTES = BYTES_PER_GIGABYTE;

export function folderFinding(path: string): Finding {
  const subject = "folder";
  const place = existing(path);
  if (!statSync(place).isDirectory()) {
    return { subject, state: "failed", saw: `${place} is no folder`, todo: "name another one" };
  }
  const user = userName();
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
  } catch (error) {
    const isReadOnly = (error as NodeJS.ErrnoException).code === "EROFS";
    return {
      subject,
      state: "failed",
      saw: isReadOnly ? `${place} is read-only` : `${user} may not write to ${place}`,
      todo: isReadOnly
        ? "name one in a file system that can be written to (systemd: ReadWritePaths=)"
        : `sudo install --directory --owner=${user} --mode=750 ${path}`,
    };
  }
  const { bavail, bsize } = statfsSync(place);
  const freeBytes = bavail * bsize;
  const room = `${(freeBytes / BYTES_PER_GIGABYTE).toFixed(1)} GB free`;
  if (freeBytes < LITTLE_BYTES) {
    return {
      subject,
      state: "warning",
      saw: `${path}: only ${room}`,
      todo: `make room, or name a folder on a larger disk; what is there: df -h ${place}`,
    };
  }
  const saw =
    place === path
      ? `${path}: ${user} may write, ${room}`
      : `${path}: ${user} may make it, ${room}`;
  return { subject, state: "ok", saw };
}

/** The path itself, or what there is of it. */
function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // One that no user list knows, as in containers.
    return String(process.getuid?.());
  }
}
