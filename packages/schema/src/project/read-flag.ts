import type { Prerequisite, ValueType } from "@flagwright/runtime";
import type { FlagDefinition, FlagKind, Lifecycle } from "../definition/model.ts";
import { isKey, MAX_VERSION } from "../definition/identity.ts";
import { pointerTo } from "../json/pointer.ts";
import type { Part } from "../source/part.ts";
import type { LocatedDefinition, Suppression } from "./model.ts";
import { readCompatibility, readTexts } from "./read-config.ts";
import { schemaFrom } from "./read-schema.ts";
import { readVariants } from "./read-variants.ts";
import type { ValueSchemas } from "./value-schemas.ts";

const members = [
  "$schema",
  "flag",
  "version",
  "description",
  "owner",
  "tags",
  "kind",
  "created",
  "expires",
  "autoOff",
  "lifecycle",
  "visibility",
  "sensitive",
  "value",
  "default",
  "variants",
  "bucketBy",
  "context",
  "requires",
  "renamedFrom",
  "salt",
  "compatibility",
  "suppress",
] as const;

export const flagKinds = ["release", "experiment", "operational", "permission", "configuration"] as const;

/** Kinds that can be read where there is no user, in jobs and migrations, unless they say otherwise. */
const kindsWithoutBucketing: ReadonlySet<FlagKind> = new Set(["operational", "configuration"]);

export const booleanVariants: FlagDefinition["variants"] = [
  ["on", true],
  ["off", false],
];

/** A flag file in canonical form; `undefined` when there is too little to speak of a flag. */
export function readFlag(root: Part, schemas: ValueSchemas): LocatedDefinition | undefined {
  const { reader } = root;
  if (root.object("A flag", members) === undefined) return undefined;
  const key = readKey(root, "flag", "The flag's key");
  const version = root.child("version");
  const kind = readKind(root);
  const value = readValue(root, schemas);
  const fallback = root.child("default");
  if (fallback === undefined)
    root.error(
      "DEFAULT_PRESENT",
      "The flag has no default.",
      "Add `default:` with the value that is safe when the flag is killed, unreachable or invalid.",
    );
  const renamedFrom = root.child("renamedFrom") && readKey(root, "renamedFrom", "The former key");
  reader.origin("/key", "/flag");
  if (key === undefined || kind === undefined || value === undefined || fallback === undefined) return undefined;

  const { schema, hash, type } = value;
  const expires = root.child("expires")?.text("The expiry date");
  const autoOff = root.child("autoOff")?.text("The instant at which the flag ends");
  const bucketBy = readBucketBy(root, kind);
  const description = root.child("description")?.text("The description");
  const owner = root.child("owner")?.text("The owner");
  const created = root.child("created")?.text("The date of creation");
  const definition: FlagDefinition = {
    key,
    version: version?.integer("The version", 1, MAX_VERSION) ?? 1,
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    tags: root.child("tags")?.texts("The tags") ?? [],
    kind,
    ...(created === undefined ? {} : { created }),
    ...(expires === undefined ? {} : { expires }),
    ...endOf(root, kind, autoOff, expires),
    lifecycle: readLifecycle(root.child("lifecycle")),
    visibility: root.child("visibility")?.oneOf("The visibility", ["server", "client"]) ?? "server",
    sensitive: root.child("sensitive")?.boolean("sensitive") ?? false,
    type,
    value: schema,
    schemaHash: hash,
    default: fallback.value,
    variants: readFlagVariants(root, type),
    bucketBy,
    salt: root.child("salt")?.text("The salt") ?? renamedFrom ?? key,
    context: readContext(root.child("context"), bucketBy),
    requires: readRequires(root.child("requires")),
    ...(renamedFrom === undefined ? {} : { renamedFrom }),
  };
  const compatibility = readCompatibility(root.child("compatibility"));
  const suppressions = readSuppressions(root.child("suppress"));
  return {
    ...reader.located(definition),
    ...(compatibility === undefined ? {} : { compatibility }),
    suppressions,
  };
}

function readKey(root: Part, name: string, what: string): string | undefined {
  const part = root.child(name);
  if (part === undefined)
    return root.error("MEMBER_REQUIRED", `${what} is missing.`, `Write \`${name}: new-checkout\`, with your own key.`);
  const key = part.text(what);
  if (key === undefined || isKey(key)) return key;
  return part.error(
    "KEY_FORMAT",
    `${what} ${JSON.stringify(key)} is not a key.`,
    key.includes("@")
      ? "Write the version into `version:`; the key stands alone."
      : "Use lower-case words joined by - or ., at most 100 characters, starting with a letter: new-checkout.",
  );
}

function readKind(root: Part): FlagKind | undefined {
  const part = root.child("kind");
  if (part !== undefined) return part.oneOf("The kind", flagKinds);
  return root.error("MEMBER_REQUIRED", "The flag has no kind.", `Write \`kind:\` with one of ${flagKinds.join(", ")}.`);
}

function readValue(root: Part, schemas: ValueSchemas): ReturnType<ValueSchemas["read"]> | undefined {
  const part = root.child("value");
  if (part === undefined)
    return root.error("MEMBER_REQUIRED", "The flag has no value type.", "Write `value: boolean`, or a JSON Schema.");
  const schema = schemaFrom(part, "The value type");
  if (schema === undefined) return undefined;
  const value = schemas.read(part.reader.source.path, schema);
  for (const { pointer, ...problem } of value.problems)
    part.reader.report({ pointer: part.pointer + pointer, ...problem });
  return value;
}

function readFlagVariants(root: Part, type: ValueType): FlagDefinition["variants"] {
  const part = root.child("variants");
  if (type !== "boolean") return part === undefined ? [] : readVariants(part);
  part?.error(
    "BOOLEAN_VARIANTS",
    "A boolean flag has the variants on and off, and no others.",
    "Remove `variants`.",
    "key",
  );
  return booleanVariants;
}

function readBucketBy(root: Part, kind: FlagKind): string | null {
  const part = root.child("bucketBy");
  if (part === undefined) return kindsWithoutBucketing.has(kind) ? null : "targetingKey";
  if (part.value === null || part.value === "none") return null;
  return part.text("The bucketing attribute") ?? null;
}

/** An experiment ends by itself when its expiry date begins, in UTC. Any other flag only when it says so. */
function endOf(
  root: Part,
  kind: FlagKind,
  autoOff: string | undefined,
  expires: string | undefined,
): { readonly autoOff?: string } {
  if (autoOff !== undefined) return { autoOff };
  if (kind !== "experiment" || expires === undefined) return {};
  root.reader.origin("/autoOff", "/expires");
  return { autoOff: `${expires}T00:00:00Z` };
}

const statuses = ["active", "deprecated", "sunset"] as const;

function readLifecycle(part: Part | undefined): Lifecycle {
  if (part === undefined) return { status: "active" };
  if (typeof part.value === "string") return { status: part.oneOf("The lifecycle", statuses) ?? "active" };
  if (part.object("The lifecycle", ["status", "reason", "replacement", "sunset"]) === undefined)
    return { status: "active" };
  const status = part.child("status")?.oneOf("The status", statuses) ?? "active";
  if (status === "active") return { status };
  const reason = part.child("reason")?.text("The reason");
  const replacement = part.child("replacement")?.text("The replacement");
  const sunset = part.child("sunset")?.text("The sunset date");
  return {
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(replacement === undefined ? {} : { replacement }),
    ...(sunset === undefined ? {} : { sunset }),
  };
}

function readContext(part: Part | undefined, bucketBy: string | null): FlagDefinition["context"] {
  part?.object("The context", ["required", "optional"]);
  const written = part?.child("required")?.texts("The required attributes") ?? [];
  const optional = part?.child("optional")?.texts("The optional attributes") ?? [];
  if (bucketBy === null) return { required: written, optional };
  const required = written.includes(bucketBy) ? written : [...written, bucketBy];
  return { required, optional: optional.filter((name) => name !== bucketBy) };
}

function readRequires(part: Part | undefined): readonly Prerequisite[] {
  part?.object("The list of prerequisites");
  return (part?.children() ?? []).flatMap(([flag, is], index): readonly Prerequisite[] => {
    is.reader.origin(pointerTo("/requires", index), is.pointer);
    is.reader.origin(`${pointerTo("/requires", index)}/is`, is.pointer);
    is.reader.origin(`${pointerTo("/requires", index)}/flag`, is.pointer, "key");
    if (is.value === "on" || is.value === true) return [{ flag, is: "on" }];
    const variants = is.texts("What a prerequisite must serve");
    return variants === undefined ? [] : [{ flag, is: variants }];
  });
}

function readSuppressions(part: Part | undefined): readonly Suppression[] {
  return (part?.items("The list of suppressions") ?? []).flatMap((item) => {
    const texts = readTexts(item, "A suppression", ["rule", "reason", "until"]);
    return texts === undefined ? [] : [{ ...texts, pointer: item.pointer }];
  });
}
