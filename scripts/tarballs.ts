import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { packages } from "./checks/manifests.ts";

/**
 * `pnpm tarballs [DIR]`: builds, and packs what would be published into `DIR` (default `dist/`), for use in another
 * project: `npm install DIR/*.tgz`.
 */

const root = join(import.meta.dirname, "..");
const given = process.argv.slice(2).find((word) => word !== "--");
const target = resolve(process.env["INIT_CWD"] ?? process.cwd(), given ?? join(root, "dist"));

execFileSync("node", [join(root, "scripts/build.ts")], { stdio: "inherit" });
mkdirSync(target, { recursive: true });
for (const name of Object.keys(packages))
  execFileSync("npx", ["-y", "pnpm@12", "pack", "--pack-destination", target], {
    cwd: join(root, "packages", name),
    stdio: ["ignore", "ignore", "inherit"],
  });
for (const file of readdirSync(target).filter((name) => name.endsWith(".tgz"))) console.log(join(target, file));
