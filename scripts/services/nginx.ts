import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "./program.ts";
import { freePort } from "./redis.ts";

/** A private nginx for tests, on loopback, in front of one server. */
export interface NginxService {
  readonly url: string;
  /** Goes on with other directives, in place of those of the start. Streams that are open end. */
  reload(directives: string): Promise<void>;
  stop(): Promise<void>;
}

const START_MS = 10_000;

/** `directives` stand in the `location` beside `proxy_pass`. */
export async function startNginx(upstream: string, directives: string): Promise<NginxService> {
  const binary = await program("nginx");
  const folder = mkdtempSync(join(tmpdir(), "flagwright-nginx-"));
  const port = await freePort();
  const configuration = join(folder, "nginx.conf");
  let child: ChildProcess | undefined;

  const start = async (location: string): Promise<void> => {
    writeFileSync(configuration, settings(port, folder, upstream, location));
    const nginx = spawn(binary, ["-p", folder, "-c", configuration, "-e", join(folder, "error.log")], {
      stdio: "ignore",
    });
    child = nginx;
    process.once("exit", endWithUs);
    const deadline = Date.now() + START_MS;
    while (!(await listens(port))) {
      if (nginx.exitCode !== null || Date.now() > deadline) throw new Error("nginx did not start");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const endWithUs = (): void => void child?.kill("SIGTERM");
  const end = async (): Promise<void> => {
    process.off("exit", endWithUs);
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, "exit");
    // The master ends its workers, which SIGKILL would leave behind.
    ending.kill("SIGTERM");
    await gone;
  };
  const stop = async (): Promise<void> => {
    await end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start(directives);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async reload(next) {
      await end();
      await start(next);
    },
    stop,
  };
}

/** Everything that nginx writes goes into its folder, as whoever runs the test. */
function settings(port: number, folder: string, upstream: string, location: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
    ${process.getuid?.() === 0 ? "user root;" : ""}
    daemon off;
    worker_processes 1;
    pid ${join(folder, "nginx.pid")};
    events { worker_connections 256; }
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${join(folder, name)};`).join(" ")}
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass ${upstream}; proxy_http_version 1.1; proxy_set_header Connection ""; ${location} }
      }
    }`;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const told = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once("connect", () => told(true));
    socket.once("error", () => told(false));
  });
}
