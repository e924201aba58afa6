import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { digest } from "../cache/cache-file.ts";
import { INTERFACE_VERSION, type Generator, type OutputProblem } from "../generator.ts";

export type LoadedGenerator =
  { readonly ok: true; readonly generator: Generator } | { readonly ok: false; readonly problem: OutputProblem };

/**
 * The generator that a module has as its default export: a file of the project (`./tools/keys.ts`), or a package as
 * the project resolves it. Node runs TypeScript as it is, except below `node_modules`. A file that has changed is
 * loaded again, for `--watch`; what it imports is not.
 */
export async function loadGenerator(root: string, module: string): Promise<LoadedGenerator> {
  let exported: unknown;
  try {
    exported = ((await import(urlOf(root, module))) as { readonly default?: unknown }).default;
  } catch (error) {
    return refused(...loadProblem(module, error));
  }
  const found = (exported ?? {}) as Partial<Record<keyof Generator, unknown>>;
  if (typeof exported !== "object" || exported === null)
    return refused(
      `The module ${module} has no generator as its default export.`,
      "Write `export default { interfaceVersion: 1, purpose, configure }`.",
    );
  if (found.interfaceVersion !== INTERFACE_VERSION)
    return refused(
      `The module ${module} is written for version ${shown(found.interfaceVersion)} of the interface; this flagwright knows version ${INTERFACE_VERSION}.`,
      `Say \`interfaceVersion: ${INTERFACE_VERSION}\` in a generator written for it, or use a flagwright of the same age.`,
    );
  if (typeof found.configure !== "function")
    return refused(`The generator of ${module} has no function \`configure\`.`, "See docs/guide/generators.md.");
  return { ok: true, generator: exported as Generator };
}

function urlOf(root: string, module: string): string {
  if (!module.startsWith("./")) return packageUrl(root, module);
  const path = join(root, module);
  return `${pathToFileURL(path).href}?${digest(readFileSync(path, "utf8"))}`;
}

/** As `import` of the package would resolve it in the project, not here. */
function packageUrl(root: string, name: string): string {
  const parentURL = pathToFileURL(join(root, "flagwright.yaml")).href;
  const hooks = registerHooks({ resolve: (specifier, context, next) => next(specifier, { ...context, parentURL }) });
  try {
    return import.meta.resolve(name);
  } finally {
    hooks.deregister();
  }
}

function refused(message: string, help: string): LoadedGenerator {
  return { ok: false, problem: { option: "generator", message, help } };
}

function loadProblem(module: string, error: unknown): readonly [message: string, help: string] {
  const { code, message } = error as NodeJS.ErrnoException;
  const isFile = module.startsWith("./");
  const file = isFile ? "The path is relative to flagwright.yaml." : `Install it: npm install --save-dev ${module}`;
  if (code === "ENOENT" || (!isFile && code === "ERR_MODULE_NOT_FOUND" && message.includes(`'${module}'`)))
    return [isFile ? `There is no file ${module}.` : `There is no package ${module} in this project.`, file];
  if (code === "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING")
    return [
      `The package ${module} is TypeScript, which Node does not run below node_modules.`,
      "Publish it as JavaScript.",
    ];
  return [`The module ${module} cannot be loaded: ${messageOf(error)}`, placeOf(error, module)];
}

/** What an error says, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : `it threw ${shown(error)}`;
  return text.replaceAll(/\s*\n\s*/g, " ");
}

/** Where in the module an error comes from, so far as its stack tells. */
export function placeOf(error: unknown, module: string): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const [, url = "", at = ""] of stack.matchAll(/(file:\/\/\S+?)(?:\?[^\s:]*)?(:\d+(?::\d+)?)?\)?$/gm)) {
    const path = fileURLToPath(url);
    if (!module.startsWith("./") || path.endsWith(module.slice(1))) return `It happened at ${path}${at}.`;
  }
  return `Mend ${module}.`;
}

function shown(value: unknown): string {
  return typeof value === "string" || typeof value === "object" ? (JSON.stringify(value) ?? "") : String(value);
}
