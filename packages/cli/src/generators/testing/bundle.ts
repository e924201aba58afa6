import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";

/** The bundlers that a web app is built with. */
export const BUNDLERS = ["esbuild", "vite"] as const;

const runtimeSources = join(import.meta.dirname, "../../../../runtime/src");

/** The one file that a browser loads of a consumer's app, made as for production. */
export async function bundle(bundler: (typeof BUNDLERS)[number], root: string, entry: string): Promise<string> {
  const alias = { "@flagwright/runtime/browser": join(runtimeSources, "browser.ts") };
  if (bundler === "esbuild") {
    const { outputFiles } = await esbuild({
      absWorkingDir: root,
      entryPoints: [entry],
      alias,
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      write: false,
      logLevel: "silent",
    });
    return outputFiles[0]?.text ?? "";
  }
  const built = await vite({
    root,
    configFile: false,
    logLevel: "silent",
    resolve: { alias },
    build: { write: false, modulePreload: false, rolldownOptions: { input: join(root, entry) } },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (output === undefined || !("output" in output)) throw new Error("Vite built nothing.");
  return output.output[0].code;
}
