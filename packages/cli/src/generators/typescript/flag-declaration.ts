import type { JsonValue } from "@flagwright/runtime";
import { comparedValues } from "../validators/needs-validator.ts";
import { commentLines, safeLine } from "./comment.ts";
import { flagDoc, type FlagNameOf } from "./flag-doc.ts";
import type { Imports } from "./imports.ts";
import { stringLiteral, valueKey, valueLiteral } from "./literal.ts";
import { printObject, printType, type NameOf } from "./print-type.ts";
import type { ModuleForm } from "./module-form.ts";
import type { FlagModel, NamedType } from "./project-model.ts";

/** What the declarations of a file need to know of it. */
export interface FileScope {
  readonly form: ModuleForm;
  readonly imports: Imports;
  readonly typeName: NameOf;
  readonly flagName: FlagNameOf;
  /** The name under which this file knows a flag's constant. */
  readonly flagReference: (flag: FlagModel) => string;
  /** Flags are read without a context: the client holds it. */
  readonly contextless: boolean;
  /** The local name of a flag's validator, if it has one. */
  readonly validator: (flag: FlagModel) => string | undefined;
}

export function typeDeclaration({ id, type, doc }: NamedType, scope: FileScope): string {
  if (scope.form === "code") return "";
  const name = scope.typeName(id);
  const body =
    type.kind === "object" && type.members.length > 0
      ? `export interface ${name} ${printObject(type, scope.typeName)}`
      : `export type ${name} = ${printType(type, scope.typeName)};`;
  return [...commentLines(doc), body].join("\n");
}

export function contextDeclaration({ name: flag, context, contextId }: FlagModel, scope: FileScope): string {
  if (scope.form === "code") return "";
  const comment = commentLines([`What the rules of {@link ${flag}} may read.`]);
  const members = printObject({ members: context }, scope.typeName);
  return [...comment, `export interface ${scope.typeName(contextId)} ${members}`].join("\n");
}

/** The constant of a flag: data, and one pure call into the runtime. */
export function flagDeclaration(flag: FlagModel, scope: FileScope): string {
  const comment = commentLines(flagDoc(flag.definition, scope.flagName));
  const { name } = flag;
  if (scope.form === "types") return [...comment, `export declare const ${name}: ${flagType(flag, scope)};`].join("\n");
  const call = `/*@__PURE__*/ ${scope.imports.abi("defineFlag")}(${flagData(flag, scope)})`;
  if (scope.form === "code") return `export const ${name} = ${call};`;
  return [...comment, `export const ${name}: ${flagType(flag, scope)} = ${call};`].join("\n");
}

function flagData(flag: FlagModel, scope: FileScope): string {
  const { version, type, schemaHash, default: fallback, variants, value } = flag.definition;
  const allowed = comparedValues(value);
  const language = scope.form === "code" ? "js" : "ts";
  const data = [
    `key: ${stringLiteral(flag.wireKey)}`,
    `version: ${version}`,
    `type: ${stringLiteral(type)}`,
    `hash: ${stringLiteral(schemaHash)}`,
    `default: ${valueLiteral(fallback, language)}`,
    ...(type === "boolean" ? [] : [`variants: ${variantsLiteral(variants, language)}`]),
    ...(allowed === undefined ? [] : [`enum: ${valueLiteral(allowed)}`]),
  ];
  const validator = scope.validator(flag);
  const object = `{\n${data.map((each) => `${each},\n`).join("")}}`;
  return validator === undefined ? object : `${object}, ${validator}`;
}

function flagType(flag: FlagModel, scope: FileScope): string {
  const value = printType(flag.value, scope.typeName);
  const context = scope.contextless ? "" : `, ${flag.context.length === 0 ? "{}" : scope.typeName(flag.contextId)}`;
  return `${scope.imports.abi("Flag")}<${value}${context}>`;
}

/** The name that a renamed flag had before, for code that still uses it. */
export function aliasDeclaration(alias: string, { name, definition }: FlagModel, { form }: FileScope): string {
  const comment = commentLines([
    `@deprecated \`${safeLine(definition.renamedFrom ?? "")}\` was renamed. Use {@link ${name}}.`,
  ]);
  if (form === "types") return [...comment, `export declare const ${alias}: typeof ${name};`].join("\n");
  if (form === "code") return `export const ${alias} = ${name};`;
  return [...comment, `export const ${alias}: typeof ${name} = ${name};`].join("\n");
}

function variantsLiteral(
  variants: readonly (readonly [name: string, value: JsonValue])[],
  language: "ts" | "js",
): string {
  if (variants.length === 0) return "{}";
  const members = variants.map(([name, value]) => `${valueKey(name, language)}: ${valueLiteral(value, language)}`);
  return `{ ${members.join(", ")} }`;
}
