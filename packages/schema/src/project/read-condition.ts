import { BUCKETS, type Condition, type JsonValue } from "@flagwright/runtime";
import type { ContextSchema } from "../definition/model.ts";
import { isJsonObject, member } from "../json/json-object.ts";
import { suggestion } from "../json/nearest.ts";
import type { Part } from "../source/part.ts";
import { operators, operatorSymbols } from "../definition/operators.ts";

/**
 * A condition in canonical form. An object whose members are attributes asks for all of them:
 * `{ region: [MY, SG], plan: { not: free }, age: { ">=": 18 } }`. `all`, `any`, `not`, `segment`, `flag`, `bucket` and
 * the canonical `{ attribute, operator, value }` stand for themselves.
 */
export function readCondition(part: Part, canonical: string, context: ContextSchema): Condition | undefined {
  part.reader.origin(canonical, part.pointer);
  if (!isJsonObject(part.value))
    return part.error(
      "MEMBER_TYPE",
      "A condition must be an object.",
      "Write attributes and what they must be: { region: [MY, SG] }.",
    );
  const terms = termsOf(part, context);
  if (terms.length === 0)
    return part.error(
      "CONDITION_EMPTY",
      "The condition asks nothing.",
      "Name an attribute; for everybody use `otherwise`.",
    );
  if (terms.length === 1) return terms[0]?.(canonical);
  const all = terms.map((term, index) => term(`${canonical}/all/${index}`));
  return all.every((condition) => condition !== undefined) ? { all } : undefined;
}

/** A part of a condition that still has to be told where it stands in the canonical form. */
type Term = (canonical: string) => Condition | undefined;

function termsOf(part: Part, context: ContextSchema): readonly Term[] {
  const object = part.value as { readonly [name: string]: JsonValue };
  if (Object.hasOwn(object, "attribute") && Object.hasOwn(object, "operator")) return [() => canonicalForm(part)];
  if (Object.hasOwn(object, "flag") && Object.hasOwn(object, "is")) return [() => flagForm(part)];
  return part.children().flatMap(([name, child]): readonly Term[] => {
    switch (name) {
      case "all":
      case "any":
        return Array.isArray(child.value)
          ? [(at) => junction(name, child, at, context)]
          : [attributeTerm(name, child, context)];
      case "not":
        return [
          (at) => {
            const not = readCondition(child, `${at}/not`, context);
            return not && { not };
          },
        ];
      case "segment":
        return [(at) => segments(child, at)];
      case "bucket":
        return [() => bucket(child)];
      default:
        return [attributeTerm(name, child, context)];
    }
  });
}

function junction(name: "all" | "any", part: Part, at: string, context: ContextSchema): Condition | undefined {
  const items = part.items(name)?.map((item, index) => readCondition(item, `${at}/${name}/${index}`, context));
  if (items?.length === 0)
    return part.error("CONDITION_EMPTY", `\`${name}\` has no conditions.`, "Add one, or remove it.");
  if (items === undefined || !items.every((item) => item !== undefined)) return undefined;
  return name === "all" ? { all: items } : { any: items };
}

function segments(part: Part, at: string): Condition | undefined {
  part.reader.origin(at, part.pointer);
  part.reader.origin(`${at}/segment`, part.pointer);
  const names = part.texts("A segment");
  if (names === undefined || names.length === 0) return undefined;
  const [first = ""] = names;
  return names.length === 1 ? { segment: first } : { any: names.map((segment) => ({ segment })) };
}

function canonicalForm(part: Part): Condition | undefined {
  part.object("A condition", ["attribute", "operator", "value"]);
  const attribute = part.child("attribute");
  const name = typeof attribute?.value === "string" ? attribute.value : attribute?.texts("The attribute");
  const operator = part.child("operator")?.text("The operator");
  const value = part.child("value");
  if (value === undefined)
    return part.error("MEMBER_REQUIRED", "The condition has no value to compare with.", "Add `value:`.");
  return name === undefined || operator === undefined ? undefined : { attribute: name, operator, value: value.value };
}

function flagForm(part: Part): Condition | undefined {
  part.object("A condition", ["flag", "is"]);
  const flag = part.child("flag")?.text("The flag");
  const is = part.child("is");
  if (flag === undefined || is === undefined) return undefined;
  if (is.value === "on" || is.value === true) return { flag, is: "on" };
  const variants = is.texts("What the flag must serve");
  return variants && { flag, is: variants };
}

function bucket(part: Part): Condition | undefined {
  part.object("A bucket", ["by", "fallbackBy", "salt", "from", "to"]);
  const salt = part.child("salt")?.text("The salt");
  const fallbackBy = part.child("fallbackBy")?.text("The fallback attribute");
  const [from, to] = (["from", "to"] as const).map((name) => {
    const bound = part.child(name);
    return typeof bound?.value === "number" && bound.value >= 0 && bound.value <= 100
      ? Math.round((bound.value * BUCKETS) / 100)
      : (bound ?? part).error("MEMBER_TYPE", `A bucket's ${name} must be a percentage from 0 to 100.`);
  });
  if (salt === undefined)
    return part.child("salt") === undefined
      ? part.error("MEMBER_REQUIRED", "A bucket needs a salt.", "Write `salt:` with a name that the flags share.")
      : undefined;
  if (from === undefined || to === undefined) return undefined;
  const by = part.child("by")?.texts("The bucketing attributes") ?? ["targetingKey"];
  return { bucket: { by, ...(fallbackBy === undefined ? {} : { fallbackBy }), salt, from, to } };
}

function attributeTerm(name: string, part: Part, context: ContextSchema): Term {
  const attribute = attributePath(name, context);
  return (at) => shorthand({ attribute, written: part.pointer }, part, at);
}

/** An attribute, and where it was written: its name is the key there. */
interface Attribute {
  readonly attribute: string | readonly string[];
  readonly written: string;
}

/** A dot leads into an object attribute, unless the context has an attribute of just that name. */
function attributePath(name: string, context: ContextSchema): string | readonly string[] {
  if (!name.includes(".") || Object.hasOwn(context.attributes, name)) return name;
  const path = name.split(".");
  return Object.hasOwn(context.attributes, path[0] ?? "") ? path : name;
}

function shorthand(attribute: Attribute, part: Part, at: string): Condition | undefined {
  part.reader.origin(at, part.pointer);
  const { value } = part;
  if (value === null)
    return part.error(
      "CONDITION_NULL",
      "An attribute is compared with nothing.",
      "Write { exists: false } for a missing attribute.",
    );
  if (Array.isArray(value)) return comparison(attribute, "in", part, at);
  if (!isJsonObject(value)) return comparison(attribute, "equals", part, at);
  const terms = part.children();
  const read = terms.map(([operator, operand], index) =>
    operatorTerm(attribute, operator, operand, terms.length === 1 ? at : `${at}/all/${index}`),
  );
  if (read.length === 0)
    return part.error(
      "CONDITION_EMPTY",
      "The condition asks nothing of this attribute.",
      'Write a value, or an operator such as { ">=": 18 }.',
    );
  if (!read.every((condition) => condition !== undefined)) return undefined;
  return read.length === 1 ? read[0] : { all: read };
}

function operatorTerm(attribute: Attribute, written: string, part: Part, at: string): Condition | undefined {
  if (written === "not" || written === "!=") {
    part.reader.origin(at, part.pointer);
    const not = shorthand(attribute, part, `${at}/not`);
    return not && { not };
  }
  const operator = member(operatorSymbols, written) ?? written;
  if (typeof operator === "string" && operators.has(operator)) return comparison(attribute, operator, part, at);
  return part.error(
    "OPERATOR_KNOWN",
    `There is no operator ${JSON.stringify(written)}.`,
    suggestion(written, [...operators.keys(), ...Object.keys(operatorSymbols), "not"]) ??
      `There is not, ${[...operators.keys()].join(", ")}.`,
    "key",
  );
}

function comparison({ attribute, written }: Attribute, operator: string, part: Part, at: string): Condition {
  part.reader.origin(at, part.pointer);
  part.reader.origin(`${at}/value`, part.pointer);
  part.reader.origin(`${at}/attribute`, written, "key");
  part.reader.origin(`${at}/operator`, part.pointer);
  return { attribute, operator, value: part.value };
}
