import { readFileSync } from "node:fs";

/** The version of this package; its manifest lies one folder above the sources, two above what is built. */
export function version(): string {
  for (const place of ["../package.json", "../../package.json"]) {
    const manifest = read(new URL(place, import.meta.url));
    if (manifest?.name === "@flagwright/cli") return manifest.version;
  }
  throw new Error("The manifest of @flagwright/cli is missing from its package.");
}

function read(url: URL): { readonly name?: string; readonly version: string } | undefined {
  try {
    return JSON.parse(readFileSync(url, "utf8")) as { readonly name?: string; readonly version: string };
  } catch {
    return undefined;
  }
}
