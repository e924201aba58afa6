import type { Options } from "prettier";

/** The options of prettier for one output; prettier's own defaults where nothing is said. */
export type Style = Options;

/**
 * Reads the project's prettier configuration, `.editorconfig` included, as prettier would for this file. Each time from
 * the disk: a process that watches outlives many a configuration.
 */
export async function prettierStyle(absolutePath: string): Promise<Style> {
  const { resolveConfig } = await import("prettier");
  return (await resolveConfig(absolutePath, { editorconfig: true, useCache: false })) ?? {};
}
