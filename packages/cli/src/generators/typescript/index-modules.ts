import { fits, laidOut, raw, type Declaration } from "../layout/layout.ts";
import type { FileScope } from "./flag-declaration.ts";
import { stringLiteral, typeKey } from "./literal.ts";
import type { ModuleContent } from "./module-content.ts";
import type { FlagModel } from "./project-model.ts";
import type { TypeScriptOutput } from "./typescript-output.ts";

/** The module that exports everything, for an output that is split. */
export function allModule({ layout }: TypeScriptOutput, modules: readonly ModuleContent[]): readonly ModuleContent[] {
  const { all } = layout;
  if (all === undefined) return [];
  const paths = modules.map(({ module }) => module).sort();
  const exports = paths.map((each) => `export * from "${layout.specifier(all, each)}";`);
  return [{ module: all, flags: [], types: [], inputs: paths, more: () => [laidOut(exports)] }];
}

/** The index for code that has a flag's key at run time. */
export function indexModule({ flags, layout, options }: TypeScriptOutput): readonly ModuleContent[] {
  if (!options.index) return [];
  return [
    {
      module: layout.index,
      flags: [],
      types: [],
      inputs: flags.map(({ wireKey, name }) => [wireKey, name]),
      note: "Every flag by its key. Whoever imports this ships every flag.",
      more: (scope) => [indexDeclaration(flags, scope)],
    },
  ];
}

function indexDeclaration(flags: readonly FlagModel[], scope: FileScope): Declaration {
  const tab = " ".repeat(scope.layout?.tabWidth ?? 2);
  const names = flags.map((flag) => [typeKey(flag.wireKey), scope.flagReference(flag)] as const);
  const types = names.map(([key, name]) => `${tab}readonly ${key}: typeof ${name};`);
  const values = names.map(([key, name]) => `${tab}${key === name ? name : `${key}: ${name}`},`);
  const isLaidOut =
    scope.layout !== undefined && values.every((line) => scope.layout !== undefined && fits(line, scope.layout));
  const text = {
    source: ["export const flags: {", ...types, "} = {", ...values, "};"],
    code: ["export const flags = {", ...values, "};"],
    types: ["export declare const flags: {", ...types, "};"],
  }[scope.form];
  return { text: text.join("\n"), laidOut: isLaidOut && flags.length > 0 };
}

/**
 * Makes the keys of OpenFeature's clients a union, each kind of value with its own. `@openfeature/core` exports these
 * names as aliases, so that the augmentation is a duplicate to the compiler, except in a declaration file that
 * `skipLibCheck` lets pass: hence a `.d.ts` in every output.
 */
export function openfeatureModule({ flags, layout, options }: TypeScriptOutput): readonly ModuleContent[] {
  if (!options.openfeature) return [];
  const names = {
    boolean: "BooleanFlagKey",
    string: "StringFlagKey",
    number: "NumberFlagKey",
    object: "ObjectFlagKey",
  };
  const keys = Object.entries(names).map(([kind, name]) => {
    const own = flags.filter((flag) => openfeatureKind(flag) === kind).map(({ wireKey }) => stringLiteral(wireKey));
    return `export type ${name} = ${own.length === 0 ? "never" : own.join(" | ")};`;
  });
  return [
    {
      module: layout.openfeature,
      flags: [],
      types: [],
      inputs: keys,
      onlyTypes: true,
      note: "The keys that OpenFeature's clients accept. Needs `skipLibCheck`, and a place in the program's files.",
      more: () => [
        raw(`import "@openfeature/core";`),
        raw(`declare module "@openfeature/core" {\n${keys.join("\n")}\n}`),
      ],
    },
  ];
}

function openfeatureKind({ definition }: FlagModel): "boolean" | "string" | "number" | "object" {
  const { type } = definition;
  if (type === "boolean" || type === "string") return type;
  return type === "integer" || type === "number" ? "number" : "object";
}
