/** An nginx of a test's own, as a site has it before pvmon. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Place, Program } from "./program.js";
import { waitFor } from "./wait.js";

const START_TIMEOUT_MS = 10_000;
const HERE: Place = {
  prefix: [],
  environment: { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` },
};
const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

export class Nginx {
  readonly port: number;
  readonly #folder: string;
  readonly #program: Program;

  private constructor(port: number, folder: string, program: Program) {
    this.port = port;
    this.#folder = folder;
    this.#program = program;
  }

  /** On 127.0.0.1. @param lines of its `server` section, such as locations */
  static async start(port: number, lines: string): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-nginx-"));
    writeFileSync(join(folder, "nginx.conf"), configuration(port, folder, lines));
    const program = new Program(HERE, ["nginx", "-p", folder, "-c", "nginx.conf", "-e", "stderr"]);
    const nginx = new Nginx(port, folder, program);
    const listens = async (): Promise<boolean> => {
      if (!program.isRunning) throw new Error(`nginx ended:\n${program.errors.join("\n")}`);
      return await accepts(port);
    };
    await waitFor("nginx listens", listens, START_TIMEOUT_MS);
    return nginx;
  }

  async stop(): Promise<void> {
    await this.#program.stop("SIGTERM");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What else a Debian has in it is left out, but for what pvmon must not mind: buffers and compression. */
function configuration(port: number, folder: string, lines: string): string {
  const paths = TEMPORARY.map((what) => `  ${what}_temp_path ${join(folder, what)};\n`).join("");
  return `daemon off;
master_process off;
pid ${join(folder, "pid")};
events {}
http {
  access_log off;
  gzip on;
${paths}  server {
    listen 127.0.0.1:${port};
${lines}
  }
}
`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
