import type { GeneratedFile, Generator, GeneratorInput } from "../generator.ts";
import { needsValidator } from "../validators/needs-validator.ts";
import { validatorDeclaration, validatorModule, validatorName } from "../validators/validator-file.ts";
import { fileLayout } from "./file-layout.ts";
import { allModule, indexModule, openfeatureModule } from "./index-modules.ts";
import { header, moduleText } from "./module-file.ts";
import { declarations, type ModuleContent } from "./module-content.ts";
import type { ModuleForm } from "./module-form.ts";
import { typescriptOptions, type TypeScriptOptions } from "./options.ts";
import { projectModel, type FlagModel } from "./project-model.ts";
import { reachableTypes } from "./reachable-types.ts";
import type { TypeScriptOutput } from "./typescript-output.ts";

/** The typed module of a project: one export per flag. */
export const typescript: Generator = {
  target: "typescript",
  purpose: "A TypeScript module with one typed function per flag.",
  configure: (entry) => {
    const options = typescriptOptions(entry);
    return options.ok ? { ok: true, value: (input) => generateModules(input, options.value) } : options;
  },
};

async function generateModules(input: GeneratorInput, options: TypeScriptOptions): Promise<readonly GeneratedFile[]> {
  const model = await projectModel(input);
  const flags = model.flags.filter(
    ({ definition }) => options.audience === "server" || definition.visibility === "client",
  );
  const output: TypeScriptOutput = { input, options, model, flags, layout: fileLayout(options, input.sources) };
  const own = flagModules(output);
  const modules = [...own, ...allModule(output, own), ...indexModule(output), ...openfeatureModule(output)];
  const files = await Promise.all(modules.map((module) => moduleFiles(output, module)));
  return [...files.flat(), ...validatorFiles(output)].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The modules that hold flags and types. */
function flagModules({ flags, layout, model, options }: TypeScriptOutput): readonly ModuleContent[] {
  const modules = new Map<string, FlagModel[]>();
  for (const flag of flags) {
    const module = layout.flag(flag);
    modules.set(module, [...(modules.get(module) ?? []), flag]);
  }
  const contexts = options.audience === "server";
  const shared = reachableTypes(model, flags, { contexts }).filter(({ id }) => !id.startsWith("value:"));
  if (!modules.has(layout.types) && (shared.length > 0 || options.split === "none")) modules.set(layout.types, []);
  return [...modules].map(([module, own]) => ({ module, flags: own, types: module === layout.types ? shared : [] }));
}

/** The files that a module is written to. */
const FORMS: Readonly<Record<"ts" | "js" | "types", readonly (readonly [form: ModuleForm, extension: string])[]>> = {
  ts: [["source", ".ts"]],
  js: [
    ["code", ".js"],
    ["types", ".d.ts"],
  ],
  types: [["types", ".d.ts"]],
};

async function moduleFiles(output: TypeScriptOutput, content: ModuleContent): Promise<readonly GeneratedFile[]> {
  const { input, options } = output;
  const forms = content.onlyTypes === true ? FORMS.types : FORMS[options.language];
  const inputs = [options, content.flags.map(({ definition }) => definition), content.types, content.inputs ?? null];
  const files = forms.map(async ([form, extension]) => {
    const { imports, body } = declarations(output, content, form);
    const path = `${content.module}${extension}`;
    const parts = { header: header(input.version, inputs, content.note), imports, declarations: body };
    return { path, content: await moduleText(parts, input.style) };
  });
  return Promise.all(files);
}

function validatorFiles({ flags, input, layout, options }: TypeScriptOutput): readonly GeneratedFile[] {
  const schemas = new Map(
    flags
      .filter(({ definition }) => needsValidator(definition.value))
      .map(({ definition }) => [definition.schemaHash, definition.value]),
  );
  return [...schemas].flatMap(([hash, schema]) => {
    const path = layout.validator(validatorName(hash));
    const code = {
      path: `${path}.${options.language}`,
      content: validatorModule(schema, input.version, options.language, input.style),
    };
    return options.language === "ts"
      ? [code]
      : [code, { path: `${path}.d.ts`, content: validatorDeclaration(input.style) }];
  });
}
