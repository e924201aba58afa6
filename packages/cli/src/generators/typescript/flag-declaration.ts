import type { JsonValue } from "@flagwright/runtime";
import { commentLines, safeLine } from "./comment.ts";
import { flagDoc, type FlagNameOf } from "./flag-doc.ts";
import type { Imports } from "./imports.ts";
import { isArray, stringLiteral, typeKey, valueLiteral } from "./literal.ts";
import { printObject, printType, type NameOf } from "./print-type.ts";
import type { FlagModel, NamedType } from "./project-model.ts";

/** What the declarations of a file need to know of it. */
export interface FileScope {
  readonly imports: Imports;
  readonly typeName: NameOf;
  readonly flagName: FlagNameOf;
  /** Flags are read without a context: the client holds it. */
  readonly contextless: boolean;
  /** The local name of a flag's validator, if it has one. */
  readonly validator: (flag: FlagModel) => string | undefined;
}

export function typeDeclaration({ id, type, doc }: NamedType, scope: FileScope): string {
  const name = scope.typeName(id);
  const comment = commentLines(doc);
  const body =
    type.kind === "object" && type.members.length > 0
      ? `export interface ${name} ${printObject(type, scope.typeName)}`
      : `export type ${name} = ${printType(type, scope.typeName)};`;
  return [...comment, body].join("\n");
}

export function contextDeclaration({ name: flag, context, contextId }: FlagModel, scope: FileScope): string {
  const comment = commentLines([`What the rules of {@link ${flag}} may read.`]);
  return [
    ...comment,
    `export interface ${scope.typeName(contextId)} ${printObject({ members: context }, scope.typeName)}`,
  ].join("\n");
}

/** The constant of a flag: data, and one pure call into the runtime. */
export function flagDeclaration(flag: FlagModel, scope: FileScope): string {
  const { definition, name, wireKey } = flag;
  const { version, type, schemaHash, default: fallback, variants, value } = definition;
  const allowed = allowedValues(value);
  const data = [
    `key: ${stringLiteral(wireKey)}`,
    `version: ${version}`,
    `type: ${stringLiteral(type)}`,
    `hash: ${stringLiteral(schemaHash)}`,
    `default: ${valueLiteral(fallback)}`,
    ...(type === "boolean" ? [] : [`variants: ${variantsLiteral(variants)}`]),
    ...(allowed === undefined ? [] : [`enum: ${valueLiteral(allowed)}`]),
  ];
  const validator = scope.validator(flag);
  const object = `{\n${data.map((each) => `${each},\n`).join("")}}`;
  const parameters = validator === undefined ? object : `${object}, ${validator}`;
  return [
    ...commentLines(flagDoc(definition, scope.flagName)),
    `export const ${name}: ${flagType(flag, scope)} = /*@__PURE__*/ ${scope.imports.abi("defineFlag")}(${parameters});`,
  ].join("\n");
}

export function flagType(flag: FlagModel, scope: FileScope): string {
  const value = printType(flag.value, scope.typeName);
  const context = scope.contextless ? "" : `, ${flag.context.length === 0 ? "{}" : scope.typeName(flag.contextId)}`;
  return `${scope.imports.abi("Flag")}<${value}${context}>`;
}

/** The name that a renamed flag had before, for code that still uses it. */
export function aliasDeclaration(alias: string, { name }: FlagModel, from: string): string {
  return [
    ...commentLines([`@deprecated \`${safeLine(from)}\` was renamed. Use {@link ${name}}.`]),
    `export const ${alias}: typeof ${name} = ${name};`,
  ].join("\n");
}

/** The values that the runtime checks by comparison; schemas that say more have a validator. */
export function allowedValues(schema: FlagModel["definition"]["value"]): readonly JsonValue[] | undefined {
  if (typeof schema === "boolean") return undefined;
  if ("const" in schema) return [schema["const"] ?? null];
  return isArray(schema["enum"]) ? schema["enum"] : undefined;
}

function variantsLiteral(variants: readonly (readonly [name: string, value: JsonValue])[]): string {
  if (variants.length === 0) return "{}";
  return `{ ${variants.map(([name, value]) => `${name === "__proto__" ? '["__proto__"]' : typeKey(name)}: ${valueLiteral(value)}`).join(", ")} }`;
}
