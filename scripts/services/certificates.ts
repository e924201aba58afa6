import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { program } from "./program.ts";

/** An authority made for one test, and what it signs. */
export interface TestAuthority {
  /** Its own certificate, as PEM: what clients must be given. */
  readonly ca: string;
  readonly caFile: string;
  /** Signs a certificate for a host name or an address. Paths of PEM files. */
  issue(host: string, valid?: "now" | "expired"): Promise<{ readonly cert: string; readonly key: string }>;
  /** Removes everything. */
  remove(): void;
}

/** By `openssl`: Node makes keys, and no certificates. */
export async function createTestAuthority(): Promise<TestAuthority> {
  const folder = mkdtempSync(join(tmpdir(), "flagwright-ca-"));
  const path = (name: string): string => join(folder, name);
  const run = promisify(execFile);
  const binary = await program("openssl");
  const openssl = (...args: string[]): Promise<unknown> => run(binary, args);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"] as const;
  const authority = ["-keyout", path("ca.key"), "-out", path("ca.pem"), "-subj", "/CN=Flagwright test authority"];
  await openssl("req", "-x509", ...newKey, "-days", "1", ...authority);
  let issued = 0;
  return {
    ca: readFileSync(path("ca.pem"), "utf8"),
    caFile: path("ca.pem"),
    async issue(host, valid = "now") {
      const name = `server-${++issued}`;
      const [cert, key, request] = [path(`${name}.pem`), path(`${name}.key`), path(`${name}.csr`)];
      await openssl("req", ...newKey, "-keyout", key, "-out", request, "-subj", `/CN=${host}`);
      writeFileSync(path(`${name}.cnf`), `subjectAltName=${/^[\d.]+$/.test(host) ? "IP" : "DNS"}:${host}\n`);
      const signedBy = ["-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-set_serial", String(issued)];
      // `-days` counts from now, also backwards.
      const days = valid === "now" ? "1" : "-1";
      const named = ["-days", days, "-extfile", path(`${name}.cnf`), "-out", cert];
      await openssl("x509", "-req", "-in", request, ...signedBy, ...named);
      return { cert, key };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
