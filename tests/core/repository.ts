/** Where things are, seen from compiled tests. */
import { fileURLToPath } from "node:url";

/** The folder of package.json. */
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const FIXTURES = fileURLToPath(new URL("../../../tests/fixtures/plugins/", import.meta.url));
