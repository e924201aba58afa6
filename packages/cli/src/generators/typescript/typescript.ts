import { createHash } from "node:crypto";
import type { FlagDefinition } from "@flagwright/schema";
import { INTERFACE_VERSION, type GeneratedFile, type Generator, type GeneratorInput } from "../generator.ts";
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
  interfaceVersion: INTERFACE_VERSION,
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
  const shown = new Map(flags.map((flag) => [flag.wireKey, flag]));
  let made = 0;
  const onFlags = (count: number): void => input.report("Generating", (made += count), flags.length, "flags");
  const layout = fileLayout(options, input.sources);
  const output: TypeScriptOutput = { input, options, model, flags, shown, layout, onFlags };
  const own = flagModules(output);
  const modules = [...own, ...allModule(output, own), ...indexModule(output), ...openfeatureModule(output)];
  const files = await Promise.all(modules.map((module) => moduleFiles(output, module)));
  return [...files.flat(), ...(await validatorFiles(output))].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The modules that hold flags and types. */
function flagModules({ flags, layout, model, options }: TypeScriptOutput): readonly ModuleContent[] {
  const modules = new Map<string, FlagModel[]>();
  for (const flag of flags) {
    const module = layout.flag(flag);
    const own = modules.get(module);
    if (own === undefined) modules.set(module, [flag]);
    else own.push(flag);
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
  const inputs = (say: (definition: FlagDefinition) => unknown): readonly unknown[] => [
    options,
    content.flags.map(({ definition }) => say(definition)),
    content.flags.length === 0 || options.audience === "client" ? null : input.context.attributes,
    content.types,
    content.inputs ?? null,
  ];
  const key = digest([inputs((definition) => input.memory.fingerprint(definition)), surroundings(output, content)]);
  const known = input.memory.files(key);
  if (known !== undefined) {
    output.onFlags(content.flags.length);
    return known;
  }
  const said = inputs((definition) => definition);
  const head = header(input.version, said, content.note);
  const files = await Promise.all(
    forms.map(async ([form, extension]) => {
      const { imports, body } = declarations(output, content, form);
      const path = `${content.module}${extension}`;
      const parts = { header: head, imports, declarations: body };
      return { path, content: await moduleText(parts, input.style) };
    }),
  );
  input.memory.keepFiles(key, files);
  return files;
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url");
}

/** What a module's text depends on beside what it holds: names, and where they are imported from. */
function surroundings(output: TypeScriptOutput, content: ModuleContent): unknown {
  const { input, layout, model, options, shown } = output;
  const types = reachableTypes(model, content.flags, { contexts: options.audience === "server" });
  return [
    input.version,
    input.style,
    content.module,
    content.note,
    layout.types,
    types.map(({ id, type }) => [id, model.typeNames.get(id), id.startsWith("value:") ? type : null]),
    content.flags.map(({ name, alias, contextId, definition: { lifecycle } }) => [
      name,
      alias,
      model.typeNames.get(contextId),
      lifecycle.status === "active" ? null : shown.get(lifecycle.replacement ?? "")?.name,
    ]),
  ];
}

async function validatorFiles({ flags, input, layout, options }: TypeScriptOutput): Promise<readonly GeneratedFile[]> {
  const schemas = new Map(
    flags
      .filter(({ definition }) => needsValidator(definition.value))
      .map(({ definition }) => [definition.schemaHash, definition.value]),
  );
  const all: GeneratedFile[] = [];
  let at = 0;
  for (const [hash, schema] of schemas) {
    input.report("Making", ++at, schemas.size, "validators");
    const path = layout.validator(validatorName(hash));
    const key = digest([path, input.version, options.language, input.style.semi ?? null, schema]);
    const known = input.memory.files(key);
    if (known !== undefined) {
      all.push(...known);
      continue;
    }
    const code = await validatorModule(schema, input.version, options.language, input.style);
    const files = [
      { path: `${path}.${options.language}`, content: code },
      ...(options.language === "ts" ? [] : [{ path: `${path}.d.ts`, content: validatorDeclaration(input.style) }]),
    ];
    input.memory.keepFiles(key, files);
    all.push(...files);
  }
  return all;
}
