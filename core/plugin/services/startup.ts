/** STARTUP_FILES: where a PV comes from. */
import { token } from "../token.js";

/** Which start-up files mention a PV, by an index that something else makes. */
export interface StartupFilesService {
  /** Paths; the name counts up to its first `.`. */
  filesOf(name: string): readonly string[];
}
export const STARTUP_FILES = token<StartupFilesService>("STARTUP_FILES");
