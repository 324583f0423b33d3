/** HTTP for tests of outputs that mount pages: what is mounted can be looked at and served by a server of the test. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpService } from "../index.js";

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

export class FakeHttp implements HttpService {
  /** By path. */
  readonly mounts = new Map<string, Handle>();

  mount(path: string, handle: Handle): () => void {
    if (this.mounts.has(path)) throw new Error(`${path} is mounted already`);
    this.mounts.set(path, handle);
    return () => {
      this.mounts.delete(path);
    };
  }

  address(): string {
    return "http://127.0.0.1:5073";
  }
}
