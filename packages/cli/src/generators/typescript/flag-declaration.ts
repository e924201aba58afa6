import type { JsonValue } from "@flagwright/runtime";
import { docText } from "../layout/doc-text.ts";
import { fits, hasPlainWidth, laidOut, raw, type Declaration, type Layout } from "../layout/layout.ts";
import { layOutMembers, layOutType } from "../layout/type-layout.ts";
import { holdsMatrix, memberDoc, objectDoc } from "../layout/value-doc.ts";
import { comparedValues } from "../validators/needs-validator.ts";
import { commentLines, safeLine } from "./comment.ts";
import { flagDoc, type FlagNameOf } from "./flag-doc.ts";
import type { Imports } from "./imports.ts";
import { AS_CONST, memberLiteral, valueKey, valueLiteral } from "./literal.ts";
import type { ModuleForm } from "./module-form.ts";
import { printObject, printType, type NameOf } from "./print-type.ts";
import type { FlagModel, NamedType } from "./project-model.ts";
import type { Member } from "./type-node.ts";

/** What the declarations of a file need to know of it. */
export interface FileScope {
  readonly form: ModuleForm;
  readonly imports: Imports;
  /** How to lay out, or `undefined` when prettier will do it. */
  readonly layout: Layout | undefined;
  readonly typeName: NameOf;
  readonly flagName: FlagNameOf;
  /** The name under which this file knows a flag's constant. */
  readonly flagReference: (flag: FlagModel) => string;
  /** Flags are read without a context: the client holds it. */
  readonly contextless: boolean;
  /** The lines of contexts that were laid out before: most flags of a file share a few. */
  readonly contextLines: Map<readonly Member[], readonly string[] | undefined>;
  /** The local name of a flag's validator, if it has one. */
  readonly validator: (flag: FlagModel) => string | undefined;
}

export function typeDeclaration({ id, type, doc }: NamedType, scope: FileScope): Declaration {
  const name = scope.typeName(id);
  if (type.kind === "object" && type.members.length > 0) return interfaceDeclaration(name, type, doc, scope);
  const comment = commentLines(doc);
  const lines = scope.layout && layOutType(`export type ${name} = `, type, ";", "", scope.layout, scope.typeName);
  if (lines !== undefined) return laidOut([...comment, ...lines]);
  return raw([...comment, `export type ${name} = ${printType(type, scope.typeName)};`].join("\n"));
}

export function contextDeclaration({ name, context, contextId }: FlagModel, scope: FileScope): Declaration {
  const doc = [`What the rules of {@link ${name}} may read.`];
  const type = { members: context };
  if (!scope.contextLines.has(context)) scope.contextLines.set(context, memberLines(type, scope));
  return interfaceDeclaration(scope.typeName(contextId), type, doc, scope, scope.contextLines.get(context));
}

function interfaceDeclaration(
  name: string,
  type: { readonly members: readonly Member[] },
  doc: readonly string[],
  scope: FileScope,
  members: readonly string[] | undefined = memberLines(type, scope),
): Declaration {
  const comment = commentLines(doc);
  if (members !== undefined) return laidOut([...comment, `export interface ${name} {`, ...members, "}"]);
  return raw([...comment, `export interface ${name} ${printObject(type, scope.typeName)}`].join("\n"));
}

function memberLines(type: { readonly members: readonly Member[] }, scope: FileScope): readonly string[] | undefined {
  return scope.layout && layOutMembers(type, "", scope.layout, scope.typeName);
}

/** The constant of a flag: data, and one pure call into the runtime. */
export function flagDeclaration(flag: FlagModel, scope: FileScope): Declaration {
  const comment = scope.form === "code" ? [] : commentLines(flagDoc(flag.definition, scope.flagName));
  const { name } = flag;
  if (scope.form === "types") {
    const line = `export declare const ${name}: ${flagType(flag, scope)};`;
    return { text: [...comment, line].join("\n"), laidOut: scope.layout !== undefined && fits(line, scope.layout) };
  }
  const left = `export const ${name}${scope.form === "code" ? "" : `: ${flagType(flag, scope)}`} =`;
  const callee = `/*@__PURE__*/ ${scope.imports.abi("defineFlag")}(`;
  const validator = scope.validator(flag);
  const language = scope.form === "code" ? "js" : "ts";
  const lines = scope.layout && layOutCall(left, callee, flagData(flag), validator, scope.layout, language);
  if (lines !== undefined) return laidOut([...comment, ...lines]);
  const data = flagData(flag).map(({ key, value }) => `${key}: ${memberText(value, language)},\n`);
  const object = `{\n${data.join("")}}`;
  return raw(
    [...comment, `${left} ${callee}${validator === undefined ? object : `${object}, ${validator}`});`].join("\n"),
  );
}

type DataMember =
  { readonly key: string; readonly value: JsonValue } | { readonly key: "variants"; readonly value: Variants };

/** Names and values in their order, which an object would lose for names that look like numbers. */
class Variants {
  readonly entries: FlagModel["definition"]["variants"];
  constructor(entries: FlagModel["definition"]["variants"]) {
    this.entries = entries;
  }
}

function flagData({ wireKey, definition }: FlagModel): readonly DataMember[] {
  const { version, type, schemaHash, default: fallback, variants, value } = definition;
  const allowed = comparedValues(value);
  return [
    { key: "key", value: wireKey },
    { key: "version", value: version },
    { key: "type", value: type },
    { key: "hash", value: schemaHash },
    { key: "default", value: fallback },
    ...(type === "boolean" ? [] : [{ key: "variants" as const, value: new Variants(variants) }]),
    ...(allowed === undefined ? [] : [{ key: "enum", value: allowed }]),
  ];
}

function memberText(value: JsonValue | Variants, language: "ts" | "js"): string {
  if (!(value instanceof Variants)) return valueLiteral(value, language);
  const members = value.entries.map(([name, each]) => memberLiteral(name, each, language));
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** `left callee({ … })` or, with a validator, the two arguments on lines of their own. */
function layOutCall(
  left: string,
  callee: string,
  data: readonly DataMember[],
  validator: string | undefined,
  layout: Layout,
  language: "ts" | "js",
): readonly string[] | undefined {
  const tab = " ".repeat(layout.tabWidth);
  const isOneLine = fits(`${left} ${callee}`, layout);
  if (!isOneLine && !fits(left, layout)) return undefined;
  const base = isOneLine ? "" : tab;
  const head = isOneLine ? [`${left} ${callee}`] : [left, `${tab}${callee}`];
  // A lone object hugs the parentheses, unless its brace alone is too much for the line.
  const hugs = validator === undefined && fits(`${head.at(-1) ?? ""}{`, layout);
  const object = hugs ? base : base + tab;
  const members = data.map((member) => layOutData(member, object + tab, layout, language));
  if (members.some((member) => member === undefined)) return undefined;
  const body = members.flatMap((member) => member ?? []);
  if (hugs) return [...head.slice(0, -1), `${head.at(-1) ?? ""}{`, ...body, `${base}});`];
  const second = validator === undefined ? [] : [`${object}${validator},`];
  return [...head, `${object}{`, ...body, `${object}},`, ...second, `${base});`];
}

function layOutData(
  { key, value }: DataMember,
  indent: string,
  layout: Layout,
  language: "ts" | "js",
): readonly string[] | undefined {
  const values = value instanceof Variants ? value.entries.map(([, each]) => each) : [value];
  const line = `${indent}${key}: ${memberText(value, language)},`;
  const mayBeFlat = !values.some(holdsMatrix);
  if (fits(line, layout) && mayBeFlat) return [line];
  if (!hasPlainWidth(line) || line.includes(AS_CONST)) return undefined;
  if (value instanceof Variants && mayBeFlat) {
    const inner = indent + " ".repeat(layout.tabWidth);
    const members = value.entries.map(([name, each]) => `${inner}${memberLiteral(name, each, language)},`);
    if (members.every((member) => fits(member, layout))) return [`${indent}${key}: {`, ...members, `${indent}},`];
  }
  const narrower = { ...layout, printWidth: layout.printWidth - indent.length };
  const doc =
    value instanceof Variants
      ? [
          `${key}: `,
          objectDoc(value.entries.map(([name, each]) => memberDoc(valueKey(name, language), each, layout, language))),
        ]
      : memberDoc(key, value, layout, language);
  return docText([doc, ","], narrower)
    .split("\n")
    .map((each) => indent + each);
}

function flagType(flag: FlagModel, scope: FileScope): string {
  const value = printType(flag.value, scope.typeName);
  // Whoever reads nothing takes any context, but no text or number, which `{}` would let pass.
  const context = scope.contextless ? "" : `, ${flag.context.length === 0 ? "object" : scope.typeName(flag.contextId)}`;
  return `${scope.imports.abi("Flag")}<${value}${context}>`;
}

/** The name that a renamed flag had before, for code that still uses it. */
export function aliasDeclaration(
  alias: string,
  { name, definition }: FlagModel,
  { form, layout }: FileScope,
): Declaration {
  const before = safeLine(definition.renamedFrom ?? "");
  const comment = form === "code" ? [] : commentLines([`@deprecated \`${before}\` was renamed. Use {@link ${name}}.`]);
  const line =
    form === "types"
      ? `export declare const ${alias}: typeof ${name};`
      : `export const ${alias}${form === "code" ? "" : `: typeof ${name}`} = ${name};`;
  return { text: [...comment, line].join("\n"), laidOut: layout !== undefined && fits(line, layout) };
}
