import type { GeneratedFile, Generator, GeneratorInput } from "../generator.ts";
import {
  aliasDeclaration,
  contextDeclaration,
  flagDeclaration,
  typeDeclaration,
  type FileScope,
} from "./flag-declaration.ts";
import { Imports } from "./imports.ts";
import { formatModule } from "./format.ts";
import { header, moduleText } from "./module-file.ts";
import { typescriptOptions, type TypeScriptOptions } from "./options.ts";
import { projectModel, type FlagModel, type ProjectModel } from "./project-model.ts";
import { reachableTypes } from "./reachable-types.ts";

/** The typed module of a project: one export per flag. */
export const typescript: Generator = {
  target: "typescript",
  purpose: "A TypeScript module with one typed function per flag.",
  configure: (config) => {
    const options = typescriptOptions(config);
    return options.ok ? { ok: true, value: (input) => generateModules(input, options.value) } : options;
  },
};

async function generateModules(input: GeneratorInput, options: TypeScriptOptions): Promise<readonly GeneratedFile[]> {
  const model = await projectModel(input);
  const flags = model.flags.filter(
    ({ definition }) => options.audience === "server" || definition.visibility === "client",
  );
  return [await moduleFile(input, options, model, flags, options.output)];
}

async function moduleFile(
  input: GeneratorInput,
  options: TypeScriptOptions,
  model: ProjectModel,
  flags: readonly FlagModel[],
  path: string,
): Promise<GeneratedFile> {
  const contextless = options.audience === "client";
  const types = reachableTypes(model, flags, { contexts: !contextless });
  const shown = new Map(flags.map((flag) => [flag.wireKey, flag.name]));
  const imports = new Imports(new Set([...model.typeNames.values(), ...model.valueNames.values()]));
  const scope: FileScope = {
    imports,
    typeName: (id) => model.typeNames.get(id) ?? "unknown",
    flagName: (key) => shown.get(key),
    contextless,
    validator: () => undefined,
  };
  const declarations = [
    ...types.filter(({ id }) => !id.startsWith("value:")).map((type) => typeDeclaration(type, scope)),
    ...flags.flatMap((flag) => [
      ...types.filter(({ id }) => id === `value:${flag.wireKey}`).map((type) => typeDeclaration(type, scope)),
      ...(contextless || flag.context.length === 0 ? [] : [contextDeclaration(flag, scope)]),
      flagDeclaration(flag, scope),
      ...(flag.alias === undefined ? [] : [aliasDeclaration(flag.alias, flag, flag.definition.renamedFrom ?? "")]),
    ]),
  ];
  const inputs = [options, flags.map(({ definition }) => definition), types];
  const text = moduleText({
    header: header(input.version, flags.length, inputs),
    imports: imports.statements(),
    declarations,
  });
  return { path, content: await formatModule(text, input.style, path) };
}
