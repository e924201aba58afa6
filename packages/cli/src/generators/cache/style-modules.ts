import { basename, join } from "node:path";
import { parse } from "yaml";
import { readIfThere } from "../../project/write-file.ts";
import type { FileState } from "./file-states.ts";

/** Whether one of these files leaves the layout to a module, whose own files nobody looks at. */
export function asksModules(root: string, styles: readonly FileState[]): boolean {
  return styles.some(([path, size]) => size >= 0 && (/\.[cm]?[jt]s$/.test(path) || namesModule(root, path)));
}

/** Whether it holds the name of a module in place of options. */
function namesModule(root: string, path: string): boolean {
  try {
    const file: unknown = parse(readIfThere(join(root, path)) ?? "", { logLevel: "silent" });
    const isManifest = /^package\.(?:json|yaml)$/.test(basename(path));
    const options = isManifest ? (file as { readonly prettier?: unknown } | null)?.prettier : file;
    // An .editorconfig or TOML can look like one long text, which no name is.
    return typeof options === "string" && !/[\s=]/.test(options);
  } catch {
    return false;
  }
}
