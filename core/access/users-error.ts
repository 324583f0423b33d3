/** What is wrong with a users file or with what somebody wants to do to it. */
import { PvmonError } from "../plugin/errors.js";

/** `message` says what to do, and never has a password or a hash in it. */
export class UsersError extends PvmonError {
  override readonly name = "UsersError";
  constructor(message: string, options?: ErrorOptions) {
    super("USERS", message, options);
  }
}
