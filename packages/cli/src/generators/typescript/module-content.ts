import { layoutOf, type Declaration } from "../layout/layout.ts";
import { needsValidator } from "../validators/needs-validator.ts";
import { validatorName } from "../validators/validator-file.ts";
import {
  aliasDeclaration,
  contextDeclaration,
  flagDeclaration,
  typeDeclaration,
  type FileScope,
} from "./flag-declaration.ts";
import { Imports } from "./imports.ts";
import type { FlagModel, NamedType } from "./project-model.ts";
import type { ModuleForm } from "./module-form.ts";
import type { TypeScriptOutput } from "./typescript-output.ts";

/** What one module holds. */
export interface ModuleContent {
  /** Its path, without an extension. */
  readonly module: string;
  readonly flags: readonly FlagModel[];
  /** Types that flags share; a flag's own types come with it. */
  readonly types: readonly NamedType[];
  /** Whatever else the module is made of. */
  readonly more?: (scope: FileScope) => readonly Declaration[];
  readonly inputs?: unknown;
  /** A `.d.ts`, whatever the language of the output. */
  readonly onlyTypes?: boolean;
  /** A line of the header that says what the module is for. */
  readonly note?: string;
}

/** The imports and the declarations of a module, as text that is not laid out. */
export function declarations(
  output: TypeScriptOutput,
  content: ModuleContent,
  form: ModuleForm,
): { readonly imports: readonly Declaration[]; readonly body: readonly Declaration[] } {
  const { layout, model, options, shown } = output;
  const imports = new Imports(model.names);
  const importFrom = (module: string, name: string, type: boolean): string =>
    module === content.module ? name : imports.add(layout.specifier(content.module, module), name, type);

  const scope: FileScope = {
    form,
    imports,
    layout: layoutOf(output.input.style),
    contextLines: new Map(),
    contextless: options.audience === "client",
    typeName: (id) => {
      const name = model.typeNames.get(id) ?? "unknown";
      const owner = shown.get(id.slice(id.indexOf(":") + 1));
      const ofFlag = (id.startsWith("value:") || id.startsWith("context:")) && owner !== undefined;
      return importFrom(ofFlag ? layout.flag(owner) : layout.types, name, true);
    },
    flagName: (key) => shown.get(key)?.name,
    flagReference: (flag) => importFrom(layout.flag(flag), flag.name, form === "types"),
    validator: ({ definition, name }) => {
      if (!needsValidator(definition.value)) return undefined;
      const path = layout.validator(validatorName(definition.schemaHash));
      // Of several flags with one schema the first gives its name. No flag's own name begins like this.
      return imports.add(layout.specifier(content.module, path), "validate", false, `validate_${name}`);
    },
  };
  const body = [
    ...(form === "code" ? [] : content.types.map((type) => typeDeclaration(type, scope))),
    ...content.flags.flatMap((flag) => {
      if (form !== "types") output.onFlags(1);
      return flagDeclarations(flag, scope, model.types);
    }),
    ...(content.more?.(scope) ?? []),
  ];
  return { imports: imports.statements(scope.layout), body };
}

/** A flag, after the types that only it has. */
function flagDeclarations(
  flag: FlagModel,
  scope: FileScope,
  types: ReadonlyMap<string, NamedType>,
): readonly Declaration[] {
  const value = types.get(`value:${flag.wireKey}`);
  return [
    ...(value === undefined || scope.form === "code" ? [] : [typeDeclaration(value, scope)]),
    ...(scope.contextless || scope.form === "code" || flag.context.length === 0
      ? []
      : [contextDeclaration(flag, scope)]),
    flagDeclaration(flag, scope),
    ...(flag.alias === undefined ? [] : [aliasDeclaration(flag.alias, flag, scope)]),
  ];
}
