/** Errors with stable codes. `message` says what, where and what to do, for people. */

export type ErrorCode =
  | "CONFIG"
  | "PLUGIN_NOT_FOUND"
  | "PLUGIN_DEPENDENCY_MISSING"
  | "PLUGIN_NO_DEFAULT_EXPORT"
  | "PLUGIN_WRONG_SHAPE"
  | "PLUGIN_WRONG_KIND"
  | "PLUGIN_WRONG_API_VERSION"
  | "PLUGIN_THREW"
  | "PLUGIN_DUPLICATE_ID"
  | "PLUGIN_START_FAILED"
  | "PLUGIN_STOP_FAILED"
  | "SERVICE_MISSING"
  | "SERVICE_PROVIDED_TWICE"
  | "NO_PROBE"
  | "OPERATION"
  | "HISTORY_TIMEOUT"
  | "HISTORY_BUSY"
  | "USERS"
  | "ROW_REFUSED"
  | "REPLAY"
  | "SCAFFOLD"
  | "DIAGNOSIS"
  | "BACKUP";

export class PvmonError extends Error {
  override readonly name: string = "PvmonError";
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What an operator asked for cannot be done as it is; nothing was changed. */
export class OperationError extends PvmonError {
  override readonly name = "OperationError";
  constructor(message: string) {
    super("OPERATION", message);
  }
}

/** No probe in the configuration has the purpose that was asked for. */
export class NoProbeError extends PvmonError {
  override readonly name = "NoProbeError";
  constructor(readonly purpose: string) {
    super(
      "NO_PROBE",
      `no probe for "${purpose}" is configured: add one under probes: in the site file`,
    );
  }
}

/** A store has a row in a batch that it will never take, whenever it comes: too long, out of range, or not a row at all. */
export class RowRefusedError extends PvmonError {
  override readonly name = "RowRefusedError";
  constructor(message: string, options?: ErrorOptions) {
    super("ROW_REFUSED", message, options);
  }
}

/** The history cannot be read now: the question takes too long as it is, or too many others are being answered. */
export class HistoryError extends PvmonError {
  override readonly name = "HistoryError";
  constructor(code: "HISTORY_TIMEOUT" | "HISTORY_BUSY", message: string) {
    super(code, message);
  }
}
