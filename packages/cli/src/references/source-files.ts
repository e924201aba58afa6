import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folders that hold what was made from the sources, or what others wrote. */
const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", "dist", "build", "out", "coverage", "vendor", "target"]);

const SOURCE = /\.[cm]?[jt]sx?$/;

/** Minified bundles and data; nobody calls a flag in a file of this size, and parsing it would take long. */
const MAX_BYTES = 2 * 1024 * 1024;

/** The JavaScript and TypeScript files below a folder whose text `matches`, as absolute paths, in order. */
export function sourceFiles(root: string, matches: (text: string) => boolean): readonly string[] {
  const found: string[] = [];
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop())
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith(".") && !LEFT_OUT.has(entry.name)) open.push(path);
      } else if (entry.isFile() && SOURCE.test(entry.name) && !entry.name.endsWith(".d.ts")) {
        const text = readFileSync(path, "utf8");
        if (text.length <= MAX_BYTES && matches(text)) found.push(path);
      }
    }
  return found.sort();
}
