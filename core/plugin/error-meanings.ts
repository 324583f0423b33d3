/** What each code of {@link PvmonError} says, for documentation. */
import type { ErrorCode } from "./errors.js";

export const ERROR_MEANINGS: Readonly<Record<ErrorCode, string>> = {
  CONFIG: "The site file has mistakes; each is told with its line and column.",
  PLUGIN_NOT_FOUND:
    "What `use:` names is neither built in nor a path nor a package found from there.",
  PLUGIN_DEPENDENCY_MISSING: "The plugin was found, and a module that it imports was not.",
  PLUGIN_NO_DEFAULT_EXPORT: "Its module has no default export.",
  PLUGIN_WRONG_SHAPE:
    "Its default export, its package or what `create` answers lacks something; says what.",
  PLUGIN_WRONG_KIND: "It stands in the section of another kind.",
  PLUGIN_WRONG_API_VERSION: "It was made for another version of the contract.",
  PLUGIN_THREW: "It threw while it was loaded or created, or a fault of it was caught by nobody.",
  PLUGIN_DUPLICATE_ID: "Two plugins have one id.",
  PLUGIN_START_FAILED: "A plugin that the site cannot do without did not start.",
  PLUGIN_STOP_FAILED: "Some plugins did not stop in time, or not all could be written; says which.",
  SERVICE_MISSING: "A plugin needs a service that nobody provides.",
  SERVICE_PROVIDED_TWICE: "Two plugins provide one service.",
  NO_PROBE: "No probe of the site has the purpose that was asked for.",
  OPERATION: "What an operator asked for cannot be done as it is; nothing was changed.",
  HISTORY_TIMEOUT: "A question to the history takes too long as it is.",
  HISTORY_BUSY: "Too many other questions to the history are being answered.",
  USERS: "The users file cannot be read or written, or the change of a user is none.",
  ROW_REFUSED: "A store will never take one of the rows.",
  REPLAY: "A capture cannot be replayed.",
  SCAFFOLD: "`pvmon plugin init` cannot make what was asked for; nothing was changed.",
  DIAGNOSIS: "`pvmon doctor` has found something that does not work.",
  BACKUP: "`pvmon backup` cannot make the copy; no file was left behind.",
};
