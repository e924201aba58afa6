import { existsSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { Node, Project, SyntaxKind, ts, type SourceFile } from "ts-morph";
import { classify } from "./classify.ts";
import { flagExports, type FlagExports } from "./flag-exports.ts";
import type { Reference } from "./reference.ts";
import { sourceFiles } from "./source-files.ts";

export interface ReferenceSearch {
  /** The project's root; everything below it is searched. */
  readonly root: string;
  /** Generated modules with flags in them, relative to the root. */
  readonly modules: readonly string[];
  /** Whose paths and aliases the imports go by; `tsconfig.json` at the root when there is one. */
  readonly tsconfig?: string | undefined;
}

/** Every use of every flag, by symbol: whatever name it was imported under, and no text that only looks like one. */
export function findReferences({ root, modules, tsconfig }: ReferenceSearch): readonly Reference[] {
  const project = createProject(root, tsconfig);
  const exportsOf = new Map<string, FlagExports>();
  for (const module of modules.filter((each) => !/\.d\.[cm]?ts$/.test(each)))
    exportsOf.set(moduleId(join(root, module)), flagExports(project.addSourceFileAtPath(join(root, module))));
  const names = new Set([...exportsOf.values()].flatMap((exports) => [...exports.keys()]));
  const stems = modules.map((module) => basename(module).replace(/(?:\.d)?\.[cm]?[jt]s$/, ""));
  const generated = new Set(modules.map((module) => join(root, module)));
  for (;;) {
    const isCandidate = mentionsAny([...names, ...stems]);
    const files = sourceFiles(root, isCandidate).filter((path) => !generated.has(path));
    const sources = files.map((path) => project.addSourceFileAtPath(path));
    const known = names.size;
    for (const name of sources.flatMap((source) => passedOnNames(source, exportsOf))) names.add(name);
    // A flag that is passed on under another name may be used in files that mention no more than that.
    if (names.size === known) return sources.flatMap((source) => referencesIn(source, names, exportsOf, root));
  }
}

/** `export { newCheckout as checkout }`: the new names that this file gives to flags. */
function passedOnNames(source: SourceFile, exportsOf: ReadonlyMap<string, FlagExports>): readonly string[] {
  return source.getExportDeclarations().flatMap((declaration) =>
    declaration.getNamedExports().flatMap((specifier) => {
      const alias = specifier.getAliasNode();
      return alias !== undefined && flagOf(specifier.getNameNode(), exportsOf) !== undefined ? [alias.getText()] : [];
    }),
  );
}

function referencesIn(
  source: SourceFile,
  names: ReadonlySet<string>,
  exportsOf: ReadonlyMap<string, FlagExports>,
  root: string,
): readonly Reference[] {
  const local = new Set([...names, ...localNames(source)]);
  const file = relative(root, source.getFilePath()).split(sep).join("/");
  return source.getDescendantsOfKind(SyntaxKind.Identifier).flatMap((name): readonly Reference[] => {
    if (!local.has(name.getText())) return [];
    const flag = flagOf(name, exportsOf);
    const classified = flag === undefined ? undefined : classify(name);
    if (flag === undefined || classified === undefined) return [];
    const { line, column } = source.getLineAndColumnAtPos(name.getStart());
    const text = (source.getFullText().split(/\r?\n/, line)[line - 1] ?? "").trim();
    return [{ flag, file, line, column, text, ...classified }];
  });
}

/** `import { newCheckout as checkout }`: the names that this file gives to what it imports. */
function localNames(source: SourceFile): readonly string[] {
  return source
    .getImportDeclarations()
    .flatMap((declaration) =>
      declaration.getNamedImports().flatMap((specifier) => specifier.getAliasNode()?.getText() ?? []),
    );
}

function flagOf(name: Node, exportsOf: ReadonlyMap<string, FlagExports>): string | undefined {
  const symbol = name.getSymbol();
  const declaration = (symbol?.getAliasedSymbol() ?? symbol)?.getDeclarations()[0];
  if (!Node.isVariableDeclaration(declaration)) return undefined;
  return exportsOf.get(moduleId(declaration.getSourceFile().getFilePath()))?.get(declaration.getName());
}

/** A module's code and its declarations are one module. */
function moduleId(path: string): string {
  return path.replace(/(?:\.d)?\.([cm]?)[jt]s$/, ".$1");
}

function mentionsAny(words: readonly string[]): (text: string) => boolean {
  const wanted = new Set(words);
  return (text) => {
    for (const [word] of text.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$.-]*/gu)) {
      if (wanted.has(word)) return true;
      // `flags.newCheckout`, `flags.gen.js`: whole, without its end, and part by part.
      const parts = word.split(".");
      if (parts.some((part) => wanted.has(part)) || wanted.has(parts.slice(0, -1).join("."))) return true;
    }
    return false;
  };
}

function createProject(root: string, tsconfig: string | undefined): Project {
  const config = tsconfig ?? join(root, "tsconfig.json");
  return new Project({
    ...(existsSync(config) ? { tsConfigFilePath: config } : {}),
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    compilerOptions: {
      allowJs: true,
      noEmit: true,
      // Symbols are all that is asked for; types of the platform and of packages only take time.
      noLib: true,
      types: [],
      jsx: ts.JsxEmit.Preserve,
      ...(existsSync(config)
        ? {}
        : { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }),
    },
  });
}
