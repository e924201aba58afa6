import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { findRoot, PROJECT_FILE } from "./root.ts";

/** What a command about the server's state needs of `flagwright.yaml`. */
export interface Outline {
  readonly project: string | undefined;
  readonly environments: readonly string[];
}

/**
 * Reads no more than it must and forgives everything: a kill switch has to work while somebody's definitions are
 * broken. Commands that are about the definitions use `readProject`.
 */
export function readOutline(cwd: string): Outline {
  const root = findRoot(cwd);
  try {
    const text = root === undefined ? "" : readFileSync(join(root, PROJECT_FILE), "utf8");
    const file = parse(text, { logLevel: "silent" }) as {
      readonly project?: unknown;
      readonly environments?: unknown;
    } | null;
    const { project, environments } = file ?? {};
    return {
      project: typeof project === "string" ? project : undefined,
      environments: Array.isArray(environments) ? environments.filter((name) => typeof name === "string") : [],
    };
  } catch {
    return { project: undefined, environments: [] };
  }
}
