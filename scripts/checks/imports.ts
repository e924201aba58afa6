import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/**
 * Which of our packages each may import. Imports never go up or sideways, and never in a circle. Tests and private
 * packages (`conformance`, `bench`, `examples`, `scripts`) stand outside: nothing stands on them.
 */
const allowed: { readonly [name: string]: readonly string[] } = {
  runtime: [],
  schema: ["runtime"],
  cli: ["schema", "runtime"],
  server: ["schema", "runtime"],
};

/** Entry points that must work in a browser: no package and no Node module may be reached from them. */
const withoutDependencies = ["packages/runtime/src/index.ts", "packages/runtime/src/codegen/v1/index.ts"];

export interface Problem {
  readonly file: string;
  readonly message: string;
}

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** Checks every product source file among `files` (paths relative to `root`) and returns what is wrong. */
export function checkImports(root: string, files: readonly string[]): readonly Problem[] {
  const sources = files.filter(
    (file) =>
      /^packages\/[^/]+\/src\/.*\.tsx?$/.test(file) &&
      !/\.(test|test-d|long\.test|gen)\.tsx?$/.test(file) &&
      !/\/(fixtures|testdata|testing)\//.test(file),
  );
  const graph = new Map(sources.map((file) => [file, importsOf(readFileSync(join(root, file), "utf8"))]));
  const problems: Problem[] = [];
  for (const [file, imports] of graph) {
    const from = file.split("/")[1] ?? "";
    for (const { specifier } of imports) {
      const ours = /^@flagwright\/([^/]+)/.exec(specifier)?.[1];
      const relativeTo = specifier.startsWith(".") ? packageOf(root, file, specifier) : undefined;
      if (ours !== undefined && ours !== from && !allowed[from]?.includes(ours))
        problems.push({ file, message: `packages/${from} must not import @flagwright/${ours}` });
      if (ours === from) problems.push({ file, message: `imports its own package by name: ${specifier}` });
      if (relativeTo !== undefined && relativeTo !== from)
        problems.push({ file, message: `reaches out of its package: ${specifier}` });
    }
  }
  for (const cycle of cycles(root, graph))
    problems.push({ file: cycle[0] ?? "", message: `import cycle: ${cycle.join(" → ")}` });
  for (const entry of withoutDependencies.filter((file) => graph.has(file)))
    for (const [file, specifier] of reached(root, graph, entry))
      problems.push({ file, message: `is reached from ${entry} and so must not import ${specifier}` });
  return problems;
}

function importsOf(text: string): readonly Import[] {
  const statements = text.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?["']([^"'\n]+)["']|\bimport\(\s*["']([^"'\n]+)["']\s*\)/gm,
  );
  return [...statements].map((match) => ({ specifier: match[2] ?? match[3] ?? "", typeOnly: match[1] !== undefined }));
}

function target(root: string, file: string, specifier: string): string {
  return relative(root, resolve(root, dirname(file), specifier));
}

function packageOf(root: string, file: string, specifier: string): string | undefined {
  const parts = target(root, file, specifier).split("/");
  return parts[0] === "packages" && parts[2] !== "package.json"
    ? parts[1]
    : parts[0] === "packages"
      ? undefined
      : parts[0];
}

/** Cycles of run-time imports, each found once; importing only a type makes none. */
function cycles(root: string, graph: ReadonlyMap<string, readonly Import[]>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at !== -1) {
      found.push([...path.slice(at), file]);
      return;
    }
    if (done.has(file)) return;
    for (const { specifier, typeOnly } of graph.get(file) ?? []) {
      const next = target(root, file, specifier);
      if (specifier.startsWith(".") && !typeOnly && graph.has(next)) visit(next, [...path, file]);
    }
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

function reached(
  root: string,
  graph: ReadonlyMap<string, readonly Import[]>,
  entry: string,
): readonly [string, string][] {
  const seen = new Set([entry]);
  const outside: [string, string][] = [];
  for (const file of seen)
    for (const { specifier, typeOnly } of graph.get(file) ?? []) {
      if (typeOnly) continue;
      if (!specifier.startsWith(".")) outside.push([file, specifier]);
      else if (graph.has(target(root, file, specifier))) seen.add(target(root, file, specifier));
    }
  return outside;
}
