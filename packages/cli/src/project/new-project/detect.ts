import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** What a folder gives away about the project that is to be made in it. */
export interface Detected {
  /** A valid project key, from the name in `package.json` or the folder's. */
  readonly project: string;
  /** Where generated code would go. */
  readonly output: string;
  readonly importExtension: ".ts" | ".js" | "";
  /** Nothing is generated for a folder without `package.json`, unless it is asked for. */
  readonly isNodePackage: boolean;
}

export function detect(folder: string): Detected {
  const manifest = text(join(folder, "package.json"));
  const name = /"name"\s*:\s*"(?:@[^/"]+\/)?([^"]+)"/.exec(manifest ?? "")?.[1];
  return {
    project: toKey(name ?? basename(folder)),
    output:
      existsSync(join(folder, "src")) || !existsSync(join(folder, "app")) ? "src/flags.gen.ts" : "app/flags.gen.ts",
    importExtension: extensionFor(text(join(folder, "tsconfig.json")) ?? ""),
    isNodePackage: manifest !== undefined,
  };
}

/** Lower-case words joined by `-`, as keys are; `app` where nothing is left. */
export function toKey(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const key = words
    .join("-")
    .replace(/^[0-9-]+/, "")
    .slice(0, 60)
    .replace(/-+$/, "");
  return key === "" ? "app" : key;
}

/** tsconfig.json has comments and trailing commas; one member of it does not need a parser. */
function extensionFor(tsconfig: string): Detected["importExtension"] {
  if (/"(?:allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/.test(tsconfig)) return ".ts";
  return /"moduleResolution"\s*:\s*"bundler"/i.test(tsconfig) ? "" : ".js";
}

function text(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
