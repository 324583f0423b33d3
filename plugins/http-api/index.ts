/** The HTTP output: the API of the contract, and the server that other outputs mount their pages on. */
import { defineOutput, type Host, HTTP, type HttpService, type Output, type Services } from "pvmon";
import { apiListener, NEEDS } from "./api.js";
import { ChannelInfos } from "./channel-infos.js";
import { type Config, configSchema } from "./config.js";
import { diagnose } from "./diagnosis.js";
import { DownloadPlaces } from "./download-places.js";
import { Identities } from "./identity.js";
import { ConcurrencyLimit } from "./limits.js";
import { LogIns } from "./log-ins.js";
import { mountGuard } from "./mount-guard.js";
import { Mounts } from "./mounts.js";
import { TrustedProxies } from "./proxies.js";
import { ApiServer } from "./server.js";
import { Sessions } from "./sessions.js";
import { EventStreams } from "./stream.js";

const ACTIVE_SCANS = 4;
const ACTIVE_SEARCHES = 32;
/** Of hosts' own monitors, each some dozens of PVs. */
const ACTIVE_READINGS = 4;
const WAITING = 128;
const ACCESS_CHECK_MS = 5000;

class HttpApi implements Output<HttpService> {
  readonly service: HttpService;
  readonly #host: Host;
  readonly #server: ApiServer;
  readonly #streams: EventStreams;
  readonly #services: Services<typeof NEEDS>;
  #cancelCheck: (() => void) | undefined;
  #accessFault: string | null = null;

  constructor(config: Config, services: Services<typeof NEEDS>, host: Host) {
    this.#host = host;
    this.#services = services;
    const { clock } = services;
    const { log, signal } = host;
    const mounts = new Mounts(log);
    const proxies = new TrustedProxies(config.trustedProxies);
    const sessions = new Sessions(services.access, clock, config.sessions);
    const identities = new Identities(services.access, sessions, proxies, clock);
    const logIns = new LogIns(services.access, clock, host);
    const guard = mountGuard(identities, logIns);
    const streams = new EventStreams({ ...services, identities, host, config });
    const api = apiListener({
      services,
      log,
      clock,
      identities,
      logIns,
      streams,
      channelInfos: new ChannelInfos(
        services.channelInfo,
        clock,
        config.channelInfoPerSecond,
        signal,
      ),
      scans: new ConcurrencyLimit("lists", ACTIVE_SCANS, WAITING),
      downloads: new DownloadPlaces(clock, host),
      searches: new ConcurrencyLimit("searches", ACTIVE_SEARCHES, WAITING),
      readings: new ConcurrencyLimit("readings", ACTIVE_READINGS, WAITING),
      allowedOrigins: new Set(config.allowedOrigins.map((origin) => origin.toLowerCase())),
    });
    this.#streams = streams;
    this.#server = new ApiServer(config, api, mounts, proxies, host);
    this.service = {
      mount: (path, handle, { role } = {}) =>
        mounts.add(path, role === undefined ? handle : guard(handle, role)),
      address: () => this.#server.address(),
    };
  }

  async start(): Promise<void> {
    await this.#server.start();
    this.#streams.start();
    this.#cancelCheck = this.#services.clock.every(ACCESS_CHECK_MS, () => void this.#checkAccess());
    this.#host.log.info("listening", { address: this.#server.address() });
  }

  async stop(): Promise<void> {
    this.#cancelCheck?.();
    this.#streams.stop();
    await this.#server.stop();
  }

  /** That nobody can log in has to be seen by those who still can look. */
  async #checkAccess(): Promise<void> {
    const { fault } = await this.#services.access.policy();
    if (fault === this.#accessFault) return;
    this.#accessFault = fault;
    if (fault === null) this.#host.status.ok();
    else this.#host.status.degraded(`nobody can log in: ${fault}`);
  }
}

export default defineOutput({
  name: "http-api",
  description: "Answers over HTTP what pvmon knows, as JSON and as a stream of events",
  configSchema,
  needs: NEEDS,
  provides: HTTP,
  diagnose,
  create: ({ config, services, host }) => new HttpApi(config, services, host),
});
