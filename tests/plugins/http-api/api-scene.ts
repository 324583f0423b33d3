/** The API over the small site, made anew for each test and asked in few words. */
import assert from "node:assert/strict";
import { FakeSite, type RunningApi, startApi } from "./fake-site.js";
import { sendJson } from "./requests.js";

export class ApiScene {
  #site: FakeSite | undefined;
  #api: RunningApi | undefined;

  get site(): FakeSite {
    assert.ok(this.#site);
    return this.#site;
  }

  readonly start = async (): Promise<void> => {
    this.#site = new FakeSite();
    this.#api = await startApi(this.#site);
  };

  readonly stop = async (): Promise<void> => {
    await this.#api?.stop();
  };

  /** With what the site has now. */
  readonly restart = async (): Promise<void> => {
    await this.stop();
    this.#api = await startApi(this.site);
  };

  readonly ask = (method: string, path: string, body?: unknown) => {
    assert.ok(this.#api);
    return sendJson(this.#api.url, method, `/api/v1${path}`, body);
  };

  /** The request is refused because of this parameter. */
  readonly refused = async (method: string, path: string, parameter: string, body?: unknown) => {
    const { status, json } = await this.ask(method, path, body);
    assert.deepEqual(
      [status, json.error.parameter],
      [400, parameter],
      `${method} ${path} ${JSON.stringify(body)}`,
    );
  };
}
