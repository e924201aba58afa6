import type { Rule, Serve, Target } from "@flagwright/runtime";
import type { ContextSchema, FlagDefinition, FlagState } from "../definition/model.ts";
import { pointerTo } from "../json/pointer.ts";
import type { Part } from "../source/part.ts";
import { readCondition } from "./read-condition.ts";
import { readServe } from "./read-serve.ts";
import { readVariants } from "./read-variants.ts";

const members = [
  "on",
  "off",
  "autoOff",
  "activeFrom",
  "activeUntil",
  "variants",
  "targets",
  "rules",
  "otherwise",
] as const;

/** What an environment file says about one flag, in canonical form. */
export function readState(part: Part, definition: FlagDefinition, context: ContextSchema): FlagState | undefined {
  if (part.object("The state of a flag", members) === undefined) return undefined;
  const texts = (["off", "autoOff", "activeFrom", "activeUntil"] as const).flatMap((name) => {
    const child = part.child(name);
    if (name === "off" && typeof child?.value === "boolean")
      child.error(
        "MEMBER_TYPE",
        "`off` names the variant that is served while the flag is off.",
        'Write `on: false` to switch it off, or `off: "off"`.',
      );
    const text = typeof child?.value === "boolean" ? undefined : child?.text(name);
    return text === undefined ? [] : [[name, text] as const];
  });
  const targets = readTargets(part.child("targets"), definition.bucketBy);
  const rules = readRules(part.child("rules"), definition.bucketBy, context);
  const otherwise = part.child("otherwise");
  const on = part.child("on");
  if (on === undefined)
    part.error("MEMBER_REQUIRED", "The state does not say whether the flag is on.", "Write `on: true` or `on: false`.");
  const variants = part.child("variants");
  return {
    on: on?.boolean("on") ?? false,
    ...Object.fromEntries(texts),
    variants: variants === undefined ? [] : readVariants(variants),
    targets,
    rules,
    otherwise:
      (otherwise && readServe(otherwise, "/otherwise", definition.bucketBy)) ??
      defaultOtherwise(definition, targets.length + rules.length),
  };
}

/** Switched on without more, a boolean flag is on for everybody; one with rules, and any other, serves its default. */
function defaultOtherwise(definition: FlagDefinition, steps: number): Serve {
  return definition.type === "boolean" && steps === 0 ? { variant: "on" } : { default: true };
}

function readTargets(part: Part | undefined, bucketBy: string | null): readonly Target[] {
  const targets: Target[] = [];
  for (const item of part?.items("The list of targets") ?? []) {
    const at = pointerTo("/targets", targets.length);
    item.reader.origin(at, item.pointer);
    if (item.object("A target", ["match", "serve"]) === undefined) continue;
    const match = item.child("match");
    const serve = item.child("serve");
    if (match === undefined || serve === undefined) {
      item.error(
        "MEMBER_REQUIRED",
        "A target needs `match` and `serve`.",
        "Write { match: { tenant: [acme] }, serve: small }.",
      );
      continue;
    }
    match.object("What a target matches");
    const matched = match.children().map(([name, values], index) => {
      item.reader.origin(`${at}/match/${index}`, values.pointer);
      item.reader.origin(`${at}/match/${index}/0`, values.pointer, "key");
      item.reader.origin(`${at}/match/${index}/1`, values.pointer);
      return [name, scalars(values)] as const;
    });
    // What could not be read is reported; the rest is still checked, so that nobody has to mend things one by one.
    targets.push({ match: matched, serve: readServe(serve, `${at}/serve`, bucketBy) ?? { default: true } });
  }
  return targets;
}

type Scalar = string | number | boolean;

function scalars(part: Part): readonly Scalar[] {
  const items = Array.isArray(part.value) ? (part.items("") ?? []) : [part];
  return items.flatMap((item): Scalar[] => {
    if (typeof item.value === "string" || typeof item.value === "number" || typeof item.value === "boolean")
      return [item.value];
    item.error("MEMBER_TYPE", "A target matches texts, numbers and true or false.", "For anything else write a rule.");
    return [];
  });
}

function readRules(part: Part | undefined, bucketBy: string | null, context: ContextSchema): readonly Rule[] {
  const rules: Rule[] = [];
  const taken = new Set<string>();
  for (const [index, item] of (part?.items("The list of rules") ?? []).entries()) {
    const at = pointerTo("/rules", rules.length);
    item.reader.origin(at, item.pointer);
    if (item.object("A rule", ["id", "name", "when", "serve", "onMiss"]) === undefined) continue;
    const name = item.child("name")?.text("A rule's name");
    const [when, serve] = [item.child("when"), item.child("serve")];
    if (when === undefined || serve === undefined) {
      item.error("MEMBER_REQUIRED", "A rule needs `when` and `serve`.", "For everybody who is left use `otherwise`.");
      continue;
    }
    const condition = readCondition(when, `${at}/when`, context);
    const served = readServe(serve, `${at}/serve`, bucketBy);
    const onMiss = item.child("onMiss")?.oneOf("onMiss", ["next", "stop"]) ?? "next";
    const id = item.child("id")?.text("A rule's id") ?? freeId(name, index, taken);
    taken.add(id);
    rules.push({
      id,
      ...(name === undefined ? {} : { name }),
      when: condition ?? { any: [] },
      serve: served ?? { default: true },
      onMiss,
    });
  }
  return rules;
}

/** A rule's id from its name, so that it stays when rules are put into another order; else from its place. */
function freeId(name: string | undefined, index: number, taken: ReadonlySet<string>): string {
  const slug = (name ?? "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
  const base = slug === "" ? `rule-${index + 1}` : slug;
  let id = base;
  for (let count = 2; taken.has(id); count++) id = `${base}-${count}`;
  return id;
}
