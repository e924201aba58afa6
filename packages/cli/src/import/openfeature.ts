import { isKey, parseWireKey } from "@flagwright/schema";
import { stringify } from "yaml";
import { Failure } from "../failure.ts";
import { printable } from "../output/text.ts";
import type { ImportDefaults, Imported, ImportedFlag } from "./imported.ts";

interface ManifestFlag {
  readonly flagType?: unknown;
  readonly defaultValue?: unknown;
  readonly description?: unknown;
}

const types = {
  boolean: "boolean",
  string: "string",
  integer: "integer",
  float: "number",
  // The manifest does not say what is inside, and `object` there means any JSON.
  object: "object",
} as const;

/**
 * Reads a flag manifest of the OpenFeature CLI (https://github.com/open-feature/cli, `flag-manifest.json`). It knows
 * keys, types, defaults and descriptions; everything else of a definition is given or noted.
 *
 * @throws Failure when the text is no manifest.
 */
export function importOpenFeature(text: string, defaults: ImportDefaults): Imported {
  const flags: ImportedFlag[] = [];
  const notes: string[] = [];
  const taken = new Set<string>();
  for (const [name, flag] of entriesOf(text)) {
    const result = importFlag(name, flag, defaults);
    if ("refused" in result) {
      notes.push(`${printable(name)}: left out, since ${result.refused}.`);
      continue;
    }
    if (taken.has(result.path)) {
      notes.push(`${printable(name)}: left out, since another flag has become ${result.path} already.`);
      continue;
    }
    taken.add(result.path);
    flags.push(result);
    notes.push(...result.notes.map((note) => `${printable(name)}: ${note}`));
  }
  return { flags, notes };
}

function entriesOf(text: string): readonly (readonly [string, ManifestFlag])[] {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw new Failure(`The manifest is not JSON: ${(error as Error).message}`);
  }
  const flags = typeof manifest === "object" && manifest !== null && "flags" in manifest ? manifest.flags : undefined;
  if (typeof flags !== "object" || flags === null || Array.isArray(flags))
    throw new Failure('A manifest is an object with the member "flags".', {
      help: "It is what the OpenFeature CLI calls flag-manifest.json, and the target openfeature-manifest writes.",
    });
  return Object.entries(flags as Record<string, ManifestFlag>);
}

type Result = (ImportedFlag & { readonly notes: readonly string[] }) | { readonly refused: string };

function importFlag(name: string, flag: ManifestFlag, { kind, owner }: ImportDefaults): Result {
  const { flagType, defaultValue, description } = flag ?? {};
  const found = Object.entries(types).find(([type]) => type === flagType);
  if (found === undefined) return { refused: `its flagType is ${printable(JSON.stringify(flagType) ?? "missing")}` };
  if (defaultValue === undefined) return { refused: "it has no defaultValue" };
  const identity = parseWireKey(name) ?? { key: toFlagKey(name), version: 1 };
  if (!isKey(identity.key)) return { refused: "no key can be made of its name" };
  const notes: string[] = [];
  if (parseWireKey(name) === undefined) notes.push(`its key is ${identity.key} here; keys are lower case.`);
  if (found[0] === "object") notes.push("the manifest does not say what its values look like: close its schema.");
  const definition = {
    flag: identity.key,
    version: identity.version,
    ...(typeof description === "string" && description !== "" ? { description } : {}),
    ...(owner === undefined ? {} : { owner }),
    kind,
    value: found[0] === "object" ? { type: jsonType(defaultValue) } : found[1],
    default: defaultValue,
  };
  const path = `${identity.key}${identity.version === 1 ? "" : `@${identity.version}`}.yaml`;
  // `on` and `no` are texts in YAML 1.2 and something else to many readers, so they are quoted.
  return { path, content: stringify(definition, { compat: "yaml-1.1", lineWidth: 0 }), notes };
}

function jsonType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** `enableFeatureA`, `enable_feature_a` → `enable-feature-a`; empty when nothing is left. */
function toFlagKey(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, "-")
    .replaceAll(/^[^a-z]+|[-.]+$/g, "")
    .slice(0, 100);
}
