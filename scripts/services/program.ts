import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** Another process may be installing; dpkg's lock is waited for this long. */
const INSTALL_LOCK_SECONDS = 120;

/** How to get a program: its package has its name on Debian and with Homebrew, unless it says otherwise. */
const DEBIAN_PACKAGES: Readonly<Record<string, string>> = { nginx: "nginx-light" };
const HOMEBREW_PACKAGES: Readonly<Record<string, string>> = { "redis-server": "redis" };

/** The program on PATH, else installed by the system's package manager, else an error that says how to get it. */
export async function program(name: string, version = "of any version"): Promise<string> {
  const found = onPath(name);
  if (found !== undefined) return found;
  const debian = DEBIAN_PACKAGES[name] ?? name;
  if (process.getuid?.() === 0 && onPath("apt-get") !== undefined) {
    const lock = ["-o", `DPkg::Lock::Timeout=${INSTALL_LOCK_SECONDS}`];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const run = promisify(execFile);
    try {
      await run("apt-get", [...lock, "update"], { env });
      await run("apt-get", [...lock, "install", "-y", "--no-install-recommends", debian], { env });
    } catch (error) {
      throw new Error(`${name} is not on PATH, and apt-get could not install it. Install ${name} ${version}.`, {
        cause: error,
      });
    }
    const installed = onPath(name);
    if (installed !== undefined) return installed;
  }
  throw new Error(
    `These tests need ${name} ${version} on PATH. Debian and Ubuntu: sudo apt-get install ${debian}. ` +
      `macOS: brew install ${HOMEBREW_PACKAGES[name] ?? name}.`,
  );
}

function onPath(name: string): string | undefined {
  // Debian keeps servers where only root's PATH leads.
  for (const folder of [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"]) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return undefined;
}
